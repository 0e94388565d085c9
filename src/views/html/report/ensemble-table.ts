import { rowsText } from '../../../analysis/data/data-summary.js';
import type { SweepReport } from '../../../analysis/report.js';
import { figure, interval, signed, signedInterval } from '../../../wording/numbers.js';
import { ENSEMBLE_NOTE } from '../../sections/ensemble-section.js';
import { tableFrame } from '../figure.js';
import { html, type Markup, named } from '../markup.js';

/** What the seeds of the shown configurations reach together; null where that is not known of any. */
export function ensembleTable({ confirmations, shown, data }: SweepReport): Markup | null {
  const known = confirmations.flatMap(({ ensemble, label }, at) =>
    ensemble === null ? [] : [{ ensemble, label, role: shown[at]?.role ?? '' }],
  );
  const [first] = known;
  if (first === undefined) return null;
  const heads = [...first.ensemble.of.keys()].map((name) => html`<th class="n">${name}</th>`);
  const rows = known.map(
    ({ ensemble, label, role }) =>
      html`<tr><td>${role}</td><td>${named(label)}</td><td class="n">${ensemble.seeds}</td>${[
        ...ensemble.of.values(),
      ].map(
        ({ mean, interval: own, gain }) =>
          html`<td class="n">${figure(mean)}${hasInterval(own) && html` <small>${interval(own)}</small>`}<br><small>gain ${signed(gain.mean)}${hasInterval(gain.interval) && html` (${signedInterval(gain.interval)})`}</small></td>`,
      )}</tr>
`,
  );
  return tableFrame(
    'Seeds together on the test rows',
    html`<table><caption>${ENSEMBLE_NOTE} On ${rowsText(data, 'test')}; gain over the mean of the seeds alone</caption><thead><tr><th>chosen for</th><th>configuration</th><th class="n">seeds</th>${heads}</tr></thead><tbody>
${rows}</tbody></table>`,
  );
}

function hasInterval({ low }: { readonly low: number }): boolean {
  return !Number.isNaN(low);
}

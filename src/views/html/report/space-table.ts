import { baselineWords } from '../../../analysis/baseline-words.js';
import { change } from '../../../analysis/ranking/difference.js';
import type { SweepReport } from '../../../analysis/report.js';
import type { SpaceStanding } from '../../../analysis/spaces/space-standings.js';
import { figure, interval, signedWithInterval } from '../../../wording/numbers.js';
import { tableFrame } from '../figure.js';
import { html, type Markup, named } from '../markup.js';

/** What each of several spaces reaches, against its own cross-entropy; nothing for a sweep without a list of spaces. */
export function spaceTable({ spaces, sweep, baseline }: SweepReport): Markup {
  if (spaces.length === 0) return html``;
  const { name } = sweep.metric;
  const { tag } = baselineWords(sweep);
  const row = (
    own: SpaceStanding,
  ): Markup => html`<tr><td>${named(own.space)} <small>${own.model}</small></td><td>${named(own.best.label)}</td><td class="n">${figure(own.best.ranked.mean)} <small>${interval(own.best.ranked.interval)}</small></td><td class="n">${own.baseline === null ? '–' : figure(own.baseline.ranked.mean)}</td><td class="n">${own.gain === null ? '–' : change(own.gain)}</td><td class="n">${own.fromBest === null ? '–' : signedWithInterval(own.fromBest)}</td><td class="n">${own.tied} of ${own.configurations}</td></tr>
`;
  const label = 'The best of each space';
  return tableFrame(
    label,
    html`<table><caption>${label}, against the ${tag} of the same space. Tied: cannot be told from the best of all spaces.${baseline !== null && html` Δ in the ranking below is to the best ${tag} of all spaces, ${named(baseline.label)}.`}</caption><thead><tr><th>space</th><th>best configuration</th><th class="n">${name}</th><th class="n">its own ${tag}</th><th class="n">Δ to it</th><th class="n">Δ to the best of all</th><th class="n">tied</th></tr></thead><tbody>
${spaces.map(row)}</tbody></table>`,
  );
}

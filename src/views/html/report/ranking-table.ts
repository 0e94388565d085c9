import { baselineWords } from '../../../analysis/baseline-words.js';
import { knobLabel } from '../../../analysis/point-label.js';
import type { Configuration, Difference, Estimate } from '../../../analysis/ranking/configuration.js';
import { unlikeSeeds } from '../../../analysis/ranking/difference.js';
import type { SweepReport } from '../../../analysis/report.js';
import { epochWord } from '../../../knobs/epoch-word.js';
import { type MetricName, metricsBeside } from '../../../metric.js';
import type { Interval } from '../../../sweep.js';
import { figure, percent, signed } from '../../../wording/numbers.js';
import { shorten } from '../../charts/label.js';
import { intervalCell, sharedRange } from '../../charts/results/interval-cell.js';
import { tableFrame } from '../figure.js';
import { html, Markup, named } from '../markup.js';

const SHOWN = ['macro_f1', 'rare_recall'] as const;
const CELL_NAME_LENGTH = 60;

/** The ranked table, intervals drawn in its cells. */
export function rankingTable({ axes, spaces, configurations, baseline, sweep }: SweepReport): Markup {
  const hasSpaces = spaces.length > 0;
  const { name } = sweep.metric;
  const drawn: readonly DrawnColumn[] = [
    ...(name === 'macro_f1' || name === 'rare_recall'
      ? []
      : [{ name, of: ({ ranked }: Configuration) => ranked }]),
    ...SHOWN.map((metric) => ({ name: metric, of: ({ estimates }: Configuration) => estimates[metric] })),
  ].map((column) => ({ ...column, range: sharedRange(configurations.map(column.of)) }));
  const others = metricsBeside(sweep.dataset.classNames.length, sweep.metric);
  const epochs = `${epochWord(configurations.map(({ config }) => config))}s`;
  const changes: readonly (readonly [string, Picker])[] = [
    [sweep.metric.name, (versus) => versus.ranked],
    ...(sweep.metric.name === 'rare_recall'
      ? []
      : [['rare_recall', (versus: Versus) => versus.rare_recall] as const]),
  ];
  const row = (
    item: Configuration,
  ): Markup => html`<tr class="${rowClass(item, baseline)}"><td class="n">${item.rank} <br><small>${ranks(item)}</small></td>${hasSpaces && html`<td>${named(item.space ?? '')}</td>`}${axes.map(
    ({ knob, isNumeric }) =>
      html`<td${isNumeric && NUMBER}>${named(shorten(knobLabel(item.config, knob), CELL_NAME_LENGTH))}</td>`,
  )}${drawn.map((column) => metricCell(item, column, baseline))}${others.map((other) => html`<td class="n">${figure(item.metrics[other].mean)}</td>`)}${changes.map(([, pick]) => changeCell(item, pick, baseline))}<td class="n">${percent(item.bestProbability)}</td><td class="n">${item.seeds.length}</td><td class="n">${figure(item.epochs, 1)}</td><td><code>${item.trialId.slice(0, 8)}</code></td></tr>
`;
  const head = html`<thead><tr><th class="n" data-low>#</th>${hasSpaces && html`<th>space</th>`}${axes.map(
    ({ knob, isNumeric }) => html`<th${isNumeric && NUMBER}>${breakable(knob)}</th>`,
  )}${drawn.map((column) => html`<th class="n">${breakable(column.name)}</th>`)}${others.map((other) => html`<th class="n">${breakable(other)}</th>`)}${changes.map(([name]) => html`<th class="n">Δ ${breakable(name)}</th>`)}<th class="n">P(best)</th><th class="n">seeds</th><th class="n">${epochs}</th><th>trial</th></tr></thead>`;
  const label = 'Configurations, best first';
  const unlike = unlikeSeeds(configurations);
  return html`<p>Best first, by mean validation <strong>${sweep.metric.name}</strong> over seeds. Lines are 95 % intervals; the dashed mark is ${baselineWords(sweep).noun}. <span class="c-tied">Teal</span> rows are tied with the best: the data cannot tell them apart among all that were trained (focalsweep compare counts only those that it is given, and may call one worse). The small numbers below a rank are the ranks that cannot be excluded. Δ is the difference from ${baselineWords(sweep).noun} on the same ${unlike === null ? 'seeds and rows' : 'rows'}: “better” and “worse” hold for all rows of the table together; “no evidence” means that the interval of the difference includes zero.${unlike !== null && html` ${unlike}`}</p>
<div class="tools" id="ranking-tools" hidden><label>Filter <input type="search" data-search placeholder="balanced 0.001 …"></label><label><input type="checkbox" data-tied> tied with the best only</label><button type="button" data-all>Show all</button><span class="soft" data-count role="status"></span></div>
${tableFrame(
  label,
  html`<table data-sortable data-tools="ranking-tools"><caption>${label}</caption>${head}<tbody>
${configurations.map(row)}</tbody></table>`,
)}`;
}

const NUMBER = new Markup(' class="n"');

/** A name that can break after its underscores. */
function breakable(name: string): Markup {
  return html`${name.split(/(?<=_)/).map((part, at) => html`${at > 0 && WORD_BREAK}${part}`)}`;
}

const WORD_BREAK = new Markup('<wbr>');

function rowClass(item: Configuration, baseline: Configuration | null): string {
  const classes = [item.isTied && 'tied', item.rank === 1 && 'best', item === baseline && 'base'];
  return classes.filter((name) => name !== false).join(' ');
}

function ranks({ rankInterval: { low, high } }: Configuration): string {
  return low === high ? `${low}` : `${low}–${high}`;
}

type Versus = NonNullable<Configuration['versusBaseline']>;
type Picker = (versus: Versus) => Difference;

function changeCell(
  { versusBaseline, ...item }: Configuration,
  pick: Picker,
  baseline: Configuration | null,
): Markup {
  if (versusBaseline === null) {
    return html`<td class="n">–<br><small>${item.trialId === baseline?.trialId && 'baseline'}</small></td>`;
  }
  const { mean, verdict } = pick(versusBaseline);
  return html`<td class="n">${signed(mean)}<br><small>${verdict}</small></td>`;
}

/** A metric with its intervals, all on one scale. */
interface DrawnColumn {
  readonly name: MetricName;
  readonly of: (item: Configuration) => Estimate;
  readonly range: Interval;
}

function metricCell(item: Configuration, { of, range }: DrawnColumn, baseline: Configuration | null): Markup {
  const { mean, interval } = of(item);
  const picture = intervalCell({
    mean,
    interval,
    range,
    reference: baseline ? of(baseline).mean : undefined,
  });
  const bounds = Number.isFinite(interval.low) ? `${figure(interval.low)}–${figure(interval.high)}` : '';
  return html`<td class="n iv-cell">${figure(mean)} <small>${bounds}</small>${new Markup(picture)}</td>`;
}

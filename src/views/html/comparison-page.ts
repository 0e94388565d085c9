import type { Comparison, ComparisonSide } from '../../analysis/comparison/comparison.js';
import { knobLabel } from '../../analysis/point-label.js';
import type { Difference } from '../../analysis/ranking/configuration.js';
import type { Recall } from '../../analysis/ranking/ranking.js';
import { METRIC_NAMES, type MetricName, USUAL_METRICS } from '../../metric.js';
import { figure, seedList, signed } from '../../wording/numbers.js';
import { shorten, wordList } from '../charts/label.js';
import { type ChartSide, sideBySideChart, sideStyle } from '../charts/results/side-by-side.js';
import { withFullCommands } from '../full-commands.js';
import { comparisonJson } from '../json/comparison-json.js';
import type { Look } from '../renderer.js';
import { chartFigure, tableFrame } from './figure.js';
import { type Content, html, type Markup, named, withCode } from './markup.js';
import { renderPage } from './page.js';

/** Two or more sweeps, configurations or runs side by side as one self-contained HTML file. */
export function comparisonPage(comparison: Comparison, { db }: Look): string {
  const { sides } = comparison;
  return renderPage({
    eyebrow: 'Comparison',
    data: comparisonJson(comparison),
    title: wordList(sides.map(({ given }) => shorten(given, 40))),
    intro: sideList(comparison),
    sections: [
      { id: 'settings', heading: 'Settings that differ', short: 'Settings', body: settings(comparison) },
      {
        id: 'differences',
        heading: 'Differences from A',
        short: 'Differences',
        body: differences(comparison, db),
      },
      { id: 'metrics', heading: 'Metrics', short: 'Metrics', body: metrics(comparison) },
      { id: 'classes', heading: 'Class by class', short: 'Classes', body: classes(comparison) },
    ],
  });
}

function sideList({ sides }: Comparison): Markup {
  const rows = sides.map(
    ({ letter, given, kind, label, seeds, validationRows, source }) =>
      html`<tr><td><strong>${letter}</strong>${letter === 'A' && ' (reference)'}</td><td>${named(shorten(given, 80))}</td><td>${kind}</td><td>${named(shorten(label, 200))}</td><td>${seedList(seeds)}</td><td>${validationRows} of ${named(shorten(source, 80))}</td></tr>`,
  );
  const heads = ['given', 'kind', 'configuration', 'seeds', 'validation rows'];
  return sideTable({ label: 'Sides', first: 'side', heads, rows });
}

function settings({ sides, differing }: Comparison): Markup {
  if (differing.length === 0) return html`<p>The settings are the same.</p>`;
  const rows = differing.map(
    (knob) =>
      html`<tr><td>${knob}</td>${sides.map(({ config }) => html`<td>${named(knobLabel(config, knob))}</td>`)}</tr>`,
  );
  return sideTable({ label: 'Settings', first: 'setting', heads: sides.map(({ letter }) => letter), rows });
}

function differences(comparison: Comparison, db: string | undefined): Markup {
  const others = comparison.sides.filter(({ differences }) => differences !== null);
  const chart = sideBySideChart({
    title: 'Difference from A per metric',
    caption: `Each metric minus that of A: right of the dashed line is higher than A. Lines are 95 % intervals; one that crosses the dashed line is no evidence of a difference. ${othersText(others)}`,
    axis: 'difference from A on validation rows',
    sides: chartSides(comparison.sides).slice(1),
    kind: 'differences',
    rows: SHARES.map((name) => ({ name, values: others.map((side) => side.differences?.[name] ?? null) })),
  });
  const rows = measured(comparison.sides).map(
    (name) =>
      html`<tr><td>${name}</td>${others.map((side) => differenceCell(side.differences?.[name]))}</tr>`,
  );
  const heads = others.map(({ letter, isPaired }) => `${letter} − A${isPaired ? '' : ' (unpaired)'}`);
  return html`${sideKey(comparison.sides)}${chartFigure(chart, 'wide')}${sideTable({ label: 'Differences from A', first: 'metric', heads, rows, isNumeric: true })}
<ul class="soft">${comparison.notes.map((note) => html`<li>${withCode(withFullCommands(note, db))}</li>`)}</ul>`;
}

const SHARES = USUAL_METRICS.filter((name) => name !== 'log_loss');

/** The metrics that a side has. */
function measured(sides: readonly ComparisonSide[]): readonly MetricName[] {
  return METRIC_NAMES.filter((name) => sides.some(({ estimates }) => Number.isFinite(estimates[name].mean)));
}

function othersText(others: readonly ComparisonSide[]): string {
  const said = others.map(({ letter, differences }) => {
    const change = differences?.macro_f1;
    return change === undefined
      ? letter
      : `${letter} changes macro_f1 by ${signed(change.mean)} (${change.verdict})`;
  });
  return `${said.join('; ')}.`;
}

function differenceCell(change: Difference | undefined): Markup {
  if (change === undefined) return html`<td class="n">–</td>`;
  const { mean, interval, verdict } = change;
  const bounds = Number.isFinite(interval.low)
    ? html` <small>${signed(interval.low)} to ${signed(interval.high)}</small>`
    : null;
  return html`<td class="n">${signed(mean)}${bounds}<br><small>${verdict}</small></td>`;
}

function metrics({ sides }: Comparison): Markup {
  const chart = sideBySideChart({
    title: 'Metrics',
    caption: `Mean over seeds of each metric; lines are 95 % intervals. ${wordList(sides.map(({ letter, estimates }) => `${letter} has macro_f1 ${figure(estimates.macro_f1.mean)} and rare_recall ${figure(estimates.rare_recall.mean)}`))}.`,
    axis: 'on validation rows',
    sides: chartSides(sides),
    kind: 'shares',
    rows: SHARES.map((name) => ({ name, values: sides.map(({ estimates }) => estimates[name]) })),
  });
  const rows = measured(sides).map(
    (name) => html`<tr><td>${name}</td>${sides.map(({ estimates }) => valueCell(estimates[name]))}</tr>`,
  );
  return html`${sideKey(sides)}${chartFigure(chart, 'wide')}${sideTable({ label: 'Metrics', first: 'metric', heads: sides.map(({ letter }) => letter), rows, isNumeric: true })}`;
}

function classes({ sides, classNames, farthestApart }: Comparison): Markup {
  const items = classNames.map((name) => ({
    name,
    values: sides.map(({ recalls }) => recalls.get(name) ?? null),
  }));
  const chart = sideBySideChart({
    title: 'Recall per class',
    caption: `Recall of each class, mean over seeds, most training rows first; lines are 95 % Wilson intervals on the class’s validation rows.${apartText(farthestApart)}`,
    axis: 'recall on validation rows',
    sides: chartSides(sides),
    kind: 'shares',
    rows: items,
  });
  const rows = items.map(
    ({ name, values }) => html`<tr><td>${named(name)}</td>${values.map(valueCell)}</tr>`,
  );
  return html`${sideKey(sides)}${chartFigure(chart, 'wide')}${sideTable({ label: 'Recall per class', first: 'class', heads: sides.map(({ letter }) => letter), rows, isNumeric: true })}`;
}

function apartText(spreads: Comparison['farthestApart']): string {
  if (spreads.length === 0) return '';
  const items = spreads.map(
    ({ name, low, high }) => `${shorten(name, 40)} (${figure(low)} to ${figure(high)})`,
  );
  return ` Largest differences: ${wordList(items)}.`;
}

function valueCell(value: Recall | null): Markup {
  if (value === null) return html`<td class="n">–</td>`;
  const { mean, interval } = value;
  const bounds = Number.isFinite(interval.low)
    ? html` <small>${figure(interval.low)}–${figure(interval.high)}</small>`
    : null;
  return html`<td class="n">${figure(mean)}${bounds}</td>`;
}

function chartSides(sides: readonly ComparisonSide[]): readonly ChartSide[] {
  return sides.map(({ letter }, place) => ({ name: letter, place }));
}

function sideKey(sides: readonly ComparisonSide[]): Markup {
  const entries = sides.map(({ letter, label }, place) => {
    const { color, glyph } = sideStyle(place);
    return html`<li><span class="c-${color}" aria-hidden="true">${glyph}</span> ${letter}: ${named(shorten(label, 60))}</li>`;
  });
  return html`<ul class="key">${entries}</ul>`;
}

interface SideTable {
  readonly label: string;
  readonly first: string;
  readonly heads: readonly string[];
  readonly rows: readonly Content[];
  readonly isNumeric?: boolean;
}

function sideTable({ label, first, heads, rows, isNumeric = false }: SideTable): Markup {
  const head = heads.map((text) => html`<th class="${isNumeric ? 'n' : ''}">${text}</th>`);
  return tableFrame(
    label,
    html`<table data-sortable><thead><tr><th>${first}</th>${head}</tr></thead><tbody>${rows}</tbody></table>`,
  );
}

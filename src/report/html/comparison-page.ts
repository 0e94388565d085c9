import { METRIC_NAMES } from '../../sweep.js';
import { type Dumbbell, dumbbellChart } from '../charts/dumbbells.js';
import { figure, shorten, signedFigure } from '../charts/label.js';
import type { Comparison, ComparisonSide } from '../comparison.js';
import { valueLabel } from '../point-label.js';
import { chartFigure, colorKey, tableFrame } from './figure.js';
import { html, type Markup, named } from './markup.js';
import { renderPage } from './page.js';

/** Two sweeps, configurations or runs side by side as one self-contained HTML file. */
export function comparisonPage(comparison: Comparison): string {
  const { a, b } = comparison;
  return renderPage({
    eyebrow: 'Comparison',
    title: `${shorten(a.given, 40)} and ${shorten(b.given, 40)}`,
    intro: html`<div class="lead"><p>${sideText('A', a)}</p><p>${sideText('B', b)}</p></div>
<p class="soft">Validation rows; A in orange, B in blue.</p>`,
    sections: [
      { id: 'settings', heading: 'What differs', short: 'Settings', body: settings(comparison) },
      { id: 'metrics', heading: 'Metrics', short: 'Metrics', body: metrics(comparison) },
      { id: 'classes', heading: 'Class by class', short: 'Classes', body: classes(comparison) },
    ],
  });
}

function sideText(letter: string, { given, kind, label, seeds }: ComparisonSide): Markup {
  return html`<strong>${letter}</strong>: ${named(given)} (${kind}): ${named(label)}; ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
}

function settings({ a, b }: Comparison): Markup {
  const knobs = (Object.keys(a.config) as (keyof typeof a.config)[]).filter(
    (knob) => valueLabel(a.config[knob]) !== valueLabel(b.config[knob]),
  );
  if (knobs.length === 0) return html`<p>The settings are the same.</p>`;
  const rows = knobs.map(
    (knob) =>
      html`<tr><td>${knob}</td><td>${named(valueLabel(a.config[knob]))}</td><td>${named(valueLabel(b.config[knob]))}</td></tr>`,
  );
  return tableFrame(
    'Settings',
    html`<table><thead><tr><th>setting</th><th>A</th><th>B</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}

function metrics({ a, b }: Comparison): Markup {
  const shares = METRIC_NAMES.filter((name) => name !== 'log_loss');
  const estimated = (side: ComparisonSide, name: (typeof METRIC_NAMES)[number]) => {
    const { mean, margin } = side.metrics[name];
    const half = Number.isFinite(margin) ? margin : 0;
    return { mean, interval: { low: Math.max(0, mean - half), high: Math.min(1, mean + half) } };
  };
  const chart = dumbbellChart({
    title: 'Metrics',
    before: 'A',
    after: 'B',
    subject: 'Mean over seeds of each metric',
    axis: 'on validation rows',
    intervals: a.seeds.length > 1 && b.seeds.length > 1 ? '95 % t intervals over seeds' : '',
    classes: shares.map((name) => ({
      name,
      isRare: false,
      size: null,
      before: estimated(a, name),
      after: estimated(b, name),
    })),
  });
  const rows = METRIC_NAMES.map((name) => {
    const [left, right] = [a.metrics[name].mean, b.metrics[name].mean];
    return html`<tr><td>${name}</td><td class="n">${figure(left)}</td><td class="n">${figure(right)}</td><td class="n">${signedFigure(right - left)}</td></tr>`;
  });
  return html`${chartFigure(chart, 'wide')}${tableFrame('Metrics', changeTable('metric', rows))}`;
}

function classes({ a, b }: Comparison): Markup {
  const names = [...new Set([...a.classNames, ...b.classNames])];
  const recall = (side: ComparisonSide, name: string): Dumbbell['before'] => {
    const mean = side.recalls[side.classNames.indexOf(name)];
    return mean === undefined ? null : { mean, interval: { low: mean, high: mean } };
  };
  const items = names.map((name) => ({
    name,
    isRare: false,
    size: null,
    before: recall(a, name),
    after: recall(b, name),
  }));
  const chart = dumbbellChart({
    title: 'Recall per class',
    before: 'A',
    after: 'B',
    subject: 'Recall of each class, mean over seeds, largest class first',
    axis: 'recall on validation rows',
    intervals: '',
    classes: items,
  });
  const rows = items.map(({ name, before, after }) => {
    const change = before === null || after === null ? Number.NaN : after.mean - before.mean;
    return html`<tr><td>${named(name)}</td><td class="n">${figure(before?.mean ?? Number.NaN)}</td><td class="n">${figure(after?.mean ?? Number.NaN)}</td><td class="n">${signedFigure(change)}</td></tr>`;
  });
  const key = colorKey([
    { color: 'baseline', shape: 'dot', text: 'A' },
    { color: 'best', shape: 'dot', text: 'B' },
  ]);
  return html`${key}${chartFigure(chart, 'wide')}${tableFrame('Recall per class', changeTable('class', rows))}`;
}

function changeTable(first: string, rows: readonly Markup[]): Markup {
  return html`<table data-sortable><thead><tr><th>${first}</th><th class="n">A</th><th class="n">B</th><th class="n">B − A</th></tr></thead><tbody>${rows}</tbody></table>`;
}

import * as Plot from '@observablehq/plot';
import type { ColumnEffect, ColumnView } from '../../../analysis/columns/column-views.js';
import { figure, percent } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';
import { shorten, shortNames } from '../label.js';

const ROW_HEIGHT = 26;
const MARGIN = 36;

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** NaN where it was not measured. */
  readonly rare: number;
  readonly title: string;
}

/** What scores lose without each column, or, where that was not measured, what share of the gain it has; lines are from seed to seed. */
export function columnChart(view: ColumnView, shown: number): Chart {
  const { role, label, isCrossEntropy, isMeasured, seeds } = view;
  const columns = view.columns.slice(0, shown);
  const labels = shortNames(
    columns.map(({ column }) => column),
    20,
  );
  const bars = columns.map((effect, at) => barOf(effect, labels[at] ?? '', isMeasured));
  const values = bars.flatMap(({ value, low, high, rare }) =>
    [value, low, high, rare].filter(Number.isFinite),
  );
  const color = isCrossEntropy ? COLOR.baseline : COLOR.best;
  const range: [number, number] = [Math.min(0, ...values), Math.max(0.01, ...values)];
  return drawChart({
    title: `${role}: ${shorten(label, 60)}`,
    caption: captionOf(view, bars, seeds),
    plot: {
      width: 360,
      height: 2 * MARGIN + bars.length * ROW_HEIGHT,
      marginLeft: 140,
      marginRight: 16,
      marginTop: 12,
      marginBottom: MARGIN,
      x: {
        domain: range,
        label: isMeasured ? 'drop of the score →' : 'share of the gain →',
        labelOffset: 34,
        ticks: 4,
        ...(isMeasured ? {} : { tickFormat: '.0%' }),
      },
      y: { domain: labels, label: null, tickSize: 0, padding: 0.25 },
      marks: [
        Plot.ruleX([0], { stroke: COLOR.muted }),
        Plot.barX(bars, { x: 'value', y: 'label', fill: color, fillOpacity: 0.75, rx: 2, title: 'title' }),
        Plot.ruleY(bars, { y: 'label', x1: 'low', x2: 'high', stroke: COLOR.ink, strokeWidth: 1.5 }),
        Plot.dot(
          bars.filter(({ rare }) => Number.isFinite(rare)),
          { x: 'rare', y: 'label', r: 3.5, fill: COLOR.paper, stroke: COLOR.ink, strokeWidth: 1.5, dy: 6 },
        ),
      ],
    },
  });
}

function barOf(
  { column, macroF1Drop, rareRecallDrop, gainShare }: ColumnEffect,
  label: string,
  isMeasured: boolean,
): Bar {
  const own = (isMeasured ? macroF1Drop : gainShare) ?? { mean: 0, low: 0, high: 0 };
  const value = isMeasured ? figure(own.mean) : percent(own.mean, 1);
  const rare = isMeasured ? (rareRecallDrop?.mean ?? Number.NaN) : Number.NaN;
  return { label, value: own.mean, low: own.low, high: own.high, rare, title: `${column}: ${value}` };
}

function captionOf({ columns, isMeasured }: ColumnView, bars: readonly Bar[], seeds: number): string {
  const most = columns[0];
  const first = most === undefined ? '' : ` Most important: ${shorten(most.column, 40)}.`;
  const lines = seeds > 1 ? '; lines reach from the lowest to the highest seed' : '';
  if (!isMeasured) return `Share of what all splits take off the training loss${lines}.${first}`;
  const rings = bars.some(({ rare }) => Number.isFinite(rare)) ? ' (bars) and rare recall (rings)' : '';
  return `What macro-F1${rings} on the validation rows lose when a column is shuffled among them${lines}.${first}`;
}

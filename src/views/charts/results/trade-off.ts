import * as Plot from '@observablehq/plot';
import type { Interval } from '../../../sweep.js';
import { counted } from '../../../wording/counted.js';
import { figure } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';
import { shorten } from '../label.js';

/** A value with its 95 % interval. */
export interface Estimated {
  readonly mean: number;
  readonly interval: Interval;
}

export interface TradeOffPoint {
  readonly label: string;
  readonly macroF1: Estimated;
  readonly rareRecall: Estimated;
  readonly role: 'best' | 'baseline' | 'other';
  readonly isCrossEntropy: boolean;
  readonly isTied: boolean;
  readonly isParetoOptimal: boolean;
}

/** With more configurations, only the marked ones have error bars. */
const MOST_ERROR_BARS = 40;

/** Macro-F1 against rare recall, with the Pareto front. */
export function tradeOffChart(points: readonly TradeOffPoint[]): Chart {
  const marked = points.filter((point) => point.role !== 'other');
  const front = points
    .filter((point) => point.isParetoOptimal)
    .toSorted((a, b) => a.macroF1.mean - b.macroF1.mean);
  const barred = points.length > MOST_ERROR_BARS ? [...new Set([...marked, ...front])] : points;
  return drawChart({
    title: 'Macro-F1 against rare recall',
    caption: caption(points, front),
    plot: {
      width: 640,
      height: 420,
      marginLeft: 52,
      marginBottom: 42,
      x: { label: 'macro-F1 →', nice: true, labelAnchor: 'center', ticks: 6 },
      y: { label: '↑ rare recall', nice: true, ticks: 6 },
      marks: [
        Plot.gridX({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 6 }),
        Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 6 }),
        Plot.ruleY(barred, {
          y: (point: TradeOffPoint) => point.rareRecall.mean,
          x1: (point: TradeOffPoint) => point.macroF1.interval.low,
          x2: (point: TradeOffPoint) => point.macroF1.interval.high,
          stroke: color,
          strokeOpacity: 0.45,
        }),
        Plot.ruleX(barred, {
          x: (point: TradeOffPoint) => point.macroF1.mean,
          y1: (point: TradeOffPoint) => point.rareRecall.interval.low,
          y2: (point: TradeOffPoint) => point.rareRecall.interval.high,
          stroke: color,
          strokeOpacity: 0.45,
        }),
        Plot.line(front, { x: macroF1, y: rareRecall, stroke: COLOR.ink, strokeDasharray: '4 3' }),
        Plot.dot(
          points.filter((point) => point.role === 'other'),
          { x: macroF1, y: rareRecall, r: 4, fill: color, stroke: COLOR.paper, title: 'label' },
        ),
        Plot.dot(marked, {
          x: macroF1,
          y: rareRecall,
          r: 6.5,
          fill: color,
          stroke: COLOR.paper,
          title: 'label',
        }),
        ...labels(marked).map(({ point, side }) =>
          Plot.text([point], {
            x: macroF1,
            y: rareRecall,
            text: () => name(point),
            dx: side * 12,
            dy: -9,
            textAnchor: side < 0 ? 'end' : 'start',
            fontWeight: 600,
            fontSize: 12,
            fill: color,
            stroke: COLOR.paper,
            strokeWidth: 4,
          }),
        ),
      ],
    },
  });
}

const macroF1 = (point: TradeOffPoint): number => point.macroF1.mean;
const rareRecall = (point: TradeOffPoint): number => point.rareRecall.mean;

/** Names are placed away from each other: that of the left dot to its left. */
function labels(marked: readonly TradeOffPoint[]) {
  const [first, second] = marked;
  const isLeft = first !== undefined && second !== undefined && macroF1(first) < macroF1(second);
  return marked.map((point, index) => ({ point, side: (index === 0) === isLeft ? -1 : 1 }));
}

function name({ role, isCrossEntropy }: TradeOffPoint): string {
  if (role === 'baseline') return 'cross-entropy';
  return isCrossEntropy ? 'best (cross-entropy)' : 'best';
}

function color({ role, isTied }: TradeOffPoint): string {
  if (role === 'best') return COLOR.best;
  if (role === 'baseline') return COLOR.baseline;
  return isTied ? COLOR.tied : COLOR.muted;
}

function caption(points: readonly TradeOffPoint[], front: readonly TradeOffPoint[]): string {
  const best = points.find((point) => point.role === 'best');
  const baseline = points.find((point) => point.role === 'baseline');
  const at = (point: TradeOffPoint): string =>
    `macro-F1 ${figure(point.macroF1.mean)}, rare recall ${figure(point.rareRecall.mean)}`;
  const optimal = `${counted(front.length, 'configuration')} ${front.length === 1 ? 'is' : 'are'}`;
  const sentences = [
    `Each dot is a configuration. Higher dots find more of the rare classes, dots further right are better over all classes; lines are 95 % intervals.`,
    best === undefined
      ? ''
      : `The best (${shorten(best.label, 80)}${best.isCrossEntropy ? ', cross-entropy' : ''}) is at ${at(best)}.`,
    baseline === undefined ? '' : `Cross-entropy is at ${at(baseline)}.`,
    `${optimal} on the dashed Pareto front: no other is better in both.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

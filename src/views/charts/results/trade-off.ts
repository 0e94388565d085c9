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
  /** Decides its shape; null for a sweep without a list of spaces. */
  readonly space: string | null;
  readonly macroF1: Estimated;
  readonly rareRecall: Estimated;
  /** What it is, such as the aim it was chosen for; null for the others. */
  readonly name: string | null;
  readonly isCrossEntropy: boolean;
  readonly isTied: boolean;
  readonly isParetoOptimal: boolean;
}

/** With more configurations, only the marked ones have error bars. */
const MOST_ERROR_BARS = 40;

/** Width and height, and how many ticks fit. */
const SIZES = {
  wide: { width: 640, height: 420, ticks: 6, fontSize: 12 },
  phone: { width: 330, height: 330, ticks: 4, fontSize: 10 },
} as const;

/** Macro-F1 against rare recall, with the Pareto front. */
export function tradeOffChart(points: readonly TradeOffPoint[], size: keyof typeof SIZES = 'wide'): Chart {
  const { width, height, ticks, fontSize } = SIZES[size];
  const marked = points.filter((point) => point.name !== null);
  const front = points
    .filter((point) => point.isParetoOptimal)
    .toSorted((a, b) => a.macroF1.mean - b.macroF1.mean);
  const spaces = spacesOf(points);
  const shape = spaces.length > 0 ? { symbol: ({ space }: TradeOffPoint) => space } : {};
  const barred = points.length > MOST_ERROR_BARS ? [...new Set([...marked, ...front])] : points;
  return drawChart({
    title: 'Macro-F1 against rare recall',
    caption: caption(points, front),
    plot: {
      width,
      height,
      marginLeft: size === 'wide' ? 52 : 36,
      marginBottom: 42,
      x: { label: 'macro-F1 →', nice: true, labelAnchor: 'center', ticks },
      y: { label: '↑ rare recall', nice: true, ticks },
      ...(spaces.length > 0 && { symbol: { domain: spaces, range: shapesOf(spaces) } }),
      marks: [
        Plot.gridX({ stroke: COLOR.faint, strokeOpacity: 1, ticks }),
        Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks }),
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
          points.filter((point) => point.name === null),
          { x: macroF1, y: rareRecall, r: 4, fill: color, stroke: COLOR.paper, title: 'label', ...shape },
        ),
        Plot.dot(marked, {
          x: macroF1,
          y: rareRecall,
          r: 6.5,
          fill: color,
          stroke: COLOR.paper,
          title: 'label',
          ...shape,
        }),
        ...labels(marked, points, barred).map(({ point, side, isAbove, dy }) =>
          Plot.text([point], {
            x: macroF1,
            y: rareRecall,
            text: () => (size === 'wide' ? point.name : point.name?.replaceAll(', ', ',\n')) ?? '',
            dx: side * 12,
            dy,
            lineAnchor: isAbove ? 'bottom' : 'top',
            textAnchor: side < 0 ? 'end' : 'start',
            fontWeight: 600,
            fontSize,
            fill: color,
            stroke: COLOR.paper,
            strokeWidth: 4,
          }),
        ),
      ],
    },
  });
}

/** The spaces of the points, in their order. */
function spacesOf(points: readonly TradeOffPoint[]): readonly string[] {
  return [...new Set(points.flatMap(({ space }) => space ?? []))].toSorted();
}

/** Shapes that a reader tells apart, the first of them again where there are more spaces. */
const SHAPES = [
  { symbol: 'circle', name: 'circles' },
  { symbol: 'triangle', name: 'triangles' },
  { symbol: 'square', name: 'squares' },
  { symbol: 'diamond', name: 'diamonds' },
  { symbol: 'star', name: 'stars' },
  { symbol: 'cross', name: 'crosses' },
] as const;

function shapeAt(index: number): (typeof SHAPES)[number] {
  return SHAPES[index % SHAPES.length] ?? SHAPES[0];
}

function shapesOf(spaces: readonly string[]): Plot.SymbolType[] {
  return spaces.map((_, index) => shapeAt(index).symbol);
}

/** `Circles are network, triangles are trees.` */
function shapeWords(spaces: readonly string[]): string {
  const words = spaces.map((space, index) => `${shapeAt(index).name} are ${space}`).join(', ');
  return words === '' ? '' : `${words[0]?.toUpperCase()}${words.slice(1)}.`;
}

const macroF1 = (point: TradeOffPoint): number => point.macroF1.mean;
const rareRecall = (point: TradeOffPoint): number => point.rareRecall.mean;

/** The range of what is drawn in a direction. */
function drawnRange(
  of: (point: TradeOffPoint) => Estimated,
  points: readonly TradeOffPoint[],
  barred: readonly TradeOffPoint[],
): Interval {
  const ends = barred.flatMap((point) => [of(point).interval.low, of(point).interval.high]);
  const drawn = [...points.map((point) => of(point).mean), ...ends].filter(Number.isFinite);
  return { low: Math.min(...drawn), high: Math.max(...drawn) };
}

/** A name below a dot so low would cover the numbers of the axis. */
const LOWEST_SHARE = 0.1;

/**
 * Names are placed to the right, and to the left of dots in the right half; above and below in turn, and at the bottom one line further
 * above instead.
 */
function labels(
  marked: readonly TradeOffPoint[],
  points: readonly TradeOffPoint[],
  barred: readonly TradeOffPoint[],
) {
  const [x, y] = [
    drawnRange((point) => point.macroF1, points, barred),
    drawnRange((point) => point.rareRecall, points, barred),
  ];
  return marked.map((point, at) => {
    const isLow = rareRecall(point) - y.low <= LOWEST_SHARE * (y.high - y.low);
    const isFirst = at % 2 === 0;
    return {
      point,
      side: macroF1(point) > (x.low + x.high) / 2 ? -1 : 1,
      isAbove: isFirst || isLow,
      dy: isFirst ? -6 : isLow ? -22 : 10,
    };
  });
}

function color({ name, isCrossEntropy, isTied }: TradeOffPoint): string {
  if (name !== null) return isCrossEntropy ? COLOR.baseline : COLOR.best;
  return isTied ? COLOR.tied : COLOR.muted;
}

function caption(points: readonly TradeOffPoint[], front: readonly TradeOffPoint[]): string {
  const marked = points.filter((point) => point.name !== null);
  const shapes = shapeWords(spacesOf(points));
  const optimal = `${counted(front.length, 'configuration')} ${front.length === 1 ? 'is' : 'are'}`;
  return [
    'Each dot is a configuration. Higher dots find more of the rare classes, dots further right are better over all classes; lines are 95 % intervals.',
    ...(shapes === '' ? [] : [shapes]),
    ...marked.map(
      (point) =>
        `${point.name} (${shorten(point.label, 80)}): macro-F1 ${figure(macroF1(point))}, rare recall ${figure(rareRecall(point))}.`,
    ),
    `${optimal} on the dashed Pareto front: in at least half of the resampled sweeps no other is better in both.`,
  ].join(' ');
}

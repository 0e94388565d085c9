import * as Plot from '@observablehq/plot';
import { figure, signed } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';
import { shorten, shortNames, textWidth, wordList } from '../label.js';
import type { Estimated } from './trade-off.js';

/** Two values of one thing, such as a class's recall, before and after. */
export interface Dumbbell {
  readonly name: string;
  readonly isRare: boolean;
  /** Training rows, which decide the order of the dumbbells; null keeps the order given. */
  readonly size: number | null;
  readonly before: Estimated | null;
  readonly after: Estimated | null;
}

export interface DumbbellChart {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  /** The subject of the caption: `Recall of each class …`. */
  readonly subject: string;
  readonly axis: string;
  /** What the lines are; empty if there are none. */
  readonly intervals: string;
  readonly classes: readonly Dumbbell[];
}

const ROW_HEIGHT = 21;
const MARGIN = 38;
const NAME_LENGTH = 20;

interface End extends Estimated {
  readonly label: string;
  readonly color: string;
  readonly dy: number;
  readonly title: string;
}

/** Recall per class before and after, classes by size, with Wilson intervals. */
export function dumbbellChart(chart: DumbbellChart): Chart {
  const ordered = chart.classes.toSorted((a, b) => (b.size ?? 0) - (a.size ?? 0));
  const names = shortNames(
    ordered.map(({ name }) => name),
    NAME_LENGTH,
  );
  const labels = names.map((name, index) => `${name}${ordered[index]?.isRare ? ' ◆' : ''}`);
  const sizes = ordered.map(({ size }) => String(size ?? ''));
  const sizeWidth = Math.max(...sizes.map(textWidth));
  const ends = (side: 'before' | 'after'): readonly End[] =>
    ordered.flatMap((item, index) => {
      const value = item[side];
      if (value === null) return [];
      const style = side === 'before' ? { color: COLOR.baseline, dy: -3 } : { color: COLOR.best, dy: 3 };
      return [
        { ...value, ...style, label: labels[index] ?? '', title: `${item.name}: ${figure(value.mean)}` },
      ];
    });
  const sides = [ends('before'), ends('after')];
  const changes = ordered.flatMap(({ before, after }, index) =>
    before === null || after === null ? [] : [{ index, from: before.mean, to: after.mean }],
  );
  return drawChart({
    title: chart.title,
    caption: caption({ ...chart, classes: ordered }),
    plot: {
      width: 680,
      height: 2 * MARGIN + ordered.length * ROW_HEIGHT,
      marginLeft: 150 + sizeWidth,
      marginTop: MARGIN,
      marginBottom: MARGIN,
      x: { domain: [0, 1] },
      y: { domain: labels },
      marks: [
        Plot.gridX({ stroke: COLOR.faint, strokeOpacity: 1 }),
        Plot.axisX({ anchor: 'top', label: null }),
        Plot.axisX({ label: `${chart.axis} →`, labelAnchor: 'center' }),
        Plot.axisY({ label: null, tickSize: 0, tickPadding: 16 + sizeWidth }),
        Plot.text(sizes, {
          y: (_size: string, index: number) => labels[index] ?? '',
          text: (size: string) => size,
          frameAnchor: 'left',
          textAnchor: 'end',
          dx: -8,
        }),
        Plot.ruleY(changes, {
          y: ({ index }: { readonly index: number }) => labels[index] ?? '',
          x1: 'from',
          x2: 'to',
          stroke: COLOR.muted,
          strokeOpacity: 0.5,
          strokeWidth: 3,
        }),
        ...sides.flatMap((side) => [
          Plot.ruleY(side, {
            y: 'label',
            x1: (end: End) => end.interval.low,
            x2: (end: End) => end.interval.high,
            stroke: 'color',
            strokeOpacity: 0.4,
            strokeWidth: 2,
            dy: side[0]?.dy ?? 0,
          }),
          Plot.dot(side, {
            x: 'mean',
            y: 'label',
            r: 4.5,
            fill: 'color',
            stroke: COLOR.paper,
            title: 'title',
            dy: side[0]?.dy ?? 0,
          }),
        ]),
      ],
    },
  });
}

function caption({ subject, before, after, intervals, classes }: DumbbellChart): string {
  const changes = classes.flatMap((item) =>
    item.before === null || item.after === null
      ? []
      : [{ ...item, change: item.after.mean - item.before.mean }],
  );
  const intro = `${subject}: ${before} in orange, ${after} in blue${intervals === '' ? '' : `; lines are ${intervals}`}.`;
  if (changes.length === 0) return intro;
  const gained = changes.filter(({ change }) => change > 0).length;
  const lost = changes.filter(({ change }) => change < 0).length;
  const largest = changes
    .filter(({ change }) => change > 0)
    .toSorted((a, b) => b.change - a.change)
    .slice(0, 3)
    .map(({ name, change }) => `${shorten(name, 40)} (${signed(change)})`);
  const most = largest.length === 0 ? '' : `, most of all ${wordList(largest)}`;
  return `${intro} ${gained} of ${changes.length} ${gained === 1 ? 'gains' : 'gain'}${most}; ${lost} ${lost === 1 ? 'loses' : 'lose'}.`;
}

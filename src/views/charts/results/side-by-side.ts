import * as Plot from '@observablehq/plot';
import { figure } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';
import { shortNames } from '../label.js';
import type { Estimated } from './trade-off.js';

/** How a side is drawn: colours and symbols repeat after different numbers of sides, so that twelve sides stay distinct. */
export interface SideStyle {
  readonly color: (typeof COLORS)[number];
  readonly symbol: (typeof SYMBOLS)[number]['symbol'];
  /** The symbol as a character, for legends. */
  readonly glyph: string;
}

const COLORS = ['baseline', 'best', 'tied', 'ink'] as const;
const SYMBOLS = [
  { symbol: 'circle', glyph: '●' },
  { symbol: 'square', glyph: '■' },
  { symbol: 'triangle', glyph: '▲' },
  { symbol: 'diamond', glyph: '◆' },
  { symbol: 'star', glyph: '★' },
  { symbol: 'cross', glyph: '✚' },
] as const;

/** The style of a side by its position, from 0. */
export function sideStyle(at: number): SideStyle {
  const color = COLORS[at % COLORS.length] ?? 'ink';
  const style = SYMBOLS[at % SYMBOLS.length] ?? SYMBOLS[0];
  return { color, ...style };
}

export interface ChartSide {
  readonly name: string;
  /** Decides its style. */
  readonly place: number;
}

export interface SideRow {
  readonly name: string;
  /** In the order of the sides. */
  readonly values: readonly (Estimated | null)[];
}

export interface SideBySide {
  readonly title: string;
  readonly caption: string;
  readonly axis: string;
  readonly sides: readonly ChartSide[];
  readonly rows: readonly SideRow[];
  /** Shares go from 0 to 1; differences have a line at 0. */
  readonly kind: 'shares' | 'differences';
}

const SIDE_HEIGHT = 9;
const ROW_GAP = 9;
const MARGIN = 38;
const NAME_LENGTH = 24;

interface Mark extends Estimated {
  readonly row: string;
  readonly title: string;
}

/** Values of several sides, row by row, with intervals. */
export function sideBySideChart({ title, caption, axis, sides, rows, kind }: SideBySide): Chart {
  const names = shortNames(
    rows.map(({ name }) => name),
    NAME_LENGTH,
  );
  const marksOf = (side: number, sideName: string): readonly Mark[] =>
    rows.flatMap(({ name, values }, at) => {
      const value = values[side];
      if (value === undefined || value === null || !Number.isFinite(value.mean)) return [];
      return [{ ...value, row: names[at] ?? '', title: `${name}, ${sideName}: ${figure(value.mean)}` }];
    });
  return drawChart({
    title,
    caption,
    plot: {
      width: 680,
      height: 2 * MARGIN + rows.length * (sides.length * SIDE_HEIGHT + ROW_GAP),
      marginLeft: 170,
      marginTop: MARGIN,
      marginBottom: MARGIN,
      x: kind === 'shares' ? { domain: [0, 1] } : { nice: true },
      y: { domain: names, label: null, tickSize: 0 },
      marks: [
        Plot.gridX({ stroke: COLOR.faint, strokeOpacity: 1 }),
        kind === 'differences' ? Plot.ruleX([0], { stroke: COLOR.muted, strokeDasharray: '4 3' }) : null,
        Plot.axisX({ anchor: 'top', label: null }),
        Plot.axisX({ label: `${axis} →`, labelAnchor: 'center' }),
        ...sides.flatMap(({ name, place }, at) =>
          sideMarks(marksOf(at, name), sideStyle(place), (at - (sides.length - 1) / 2) * SIDE_HEIGHT),
        ),
      ],
    },
  });
}

function sideMarks(
  marks: readonly Mark[],
  { color, symbol }: SideStyle,
  dy: number,
): readonly Plot.Markish[] {
  return [
    Plot.ruleY(
      marks.filter(({ interval }) => Number.isFinite(interval.low)),
      {
        y: 'row',
        x1: (mark: Mark) => mark.interval.low,
        x2: (mark: Mark) => mark.interval.high,
        stroke: COLOR[color],
        strokeOpacity: 0.5,
        strokeWidth: 2,
        dy,
      },
    ),
    Plot.dot(marks, {
      x: 'mean',
      y: 'row',
      r: 4,
      symbol,
      fill: COLOR[color],
      stroke: COLOR.paper,
      strokeWidth: 0.5,
      title: 'title',
      dy,
    }),
  ];
}

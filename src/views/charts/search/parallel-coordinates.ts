import * as Plot from '@observablehq/plot';
import { figure } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';
import { shorten, shortValue } from '../label.js';

/** One vertical axis: the levels from bottom to top. */
export interface ParallelAxis {
  readonly name: string;
  readonly levels: readonly string[];
}

export interface ParallelLine {
  readonly label: string;
  /** Level index on each axis. */
  readonly levels: readonly number[];
  readonly metric: number;
  readonly role: 'best' | 'baseline' | 'other';
  readonly isTied: boolean;
}

export interface ParallelPicture {
  readonly metric: string;
  readonly axes: readonly ParallelAxis[];
  /** Best first. */
  readonly lines: readonly ParallelLine[];
  /** What the baseline is called. */
  readonly baseline: string;
}

/** How many other configurations are drawn besides the best and the baseline. */
const MOST_LINES = 300;
/** Labels of an axis; of drawn numbers there would be one for each configuration. */
const MOST_TICKS = 20;
/** Share of a level's height over which the lines through it are spread by rank. */
const SPREAD = 0.5;

interface Vertex {
  readonly x: string;
  readonly y: number;
  readonly line: number;
}

/** Parallel coordinates: a line per configuration through its values to its metric. */
export function parallelChart(picture: ParallelPicture): Chart {
  const { metric, axes, lines } = picture;
  const drawn = lines.filter(({ role }, index) => index < MOST_LINES || role !== 'other');
  const values = drawn.map((line) => line.metric).filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const scaled = (value: number): number => (high > low ? (value - low) / (high - low) : 0.5);
  const names = axes.map(({ name }, index) => `${' '.repeat(index)}${shorten(name, 16)}`);
  const metricName = `${metric} →`;
  const vertices = drawn.flatMap((line, index): readonly Vertex[] => [
    ...axes.map((axis, at) => {
      const spread = drawn.length > 1 ? 0.5 - index / (drawn.length - 1) : 0;
      return {
        x: names[at] ?? '',
        y: ((line.levels[at] ?? 0) + 0.5 + spread * SPREAD) / axis.levels.length,
        line: index,
      };
    }),
    { x: metricName, y: scaled(line.metric), line: index },
  ]);
  const layers = (['other', 'baseline', 'best'] as const).map((role) =>
    vertices.filter(({ line }) => drawn[line]?.role === role),
  );
  const ticks = [
    ...axes.flatMap((axis, at) =>
      tickPlaces(axis.levels.length).map((index) => ({
        x: names[at] ?? '',
        y: (index + 0.5) / axis.levels.length,
        text: shortValue(axis.levels[index] ?? '', 16),
      })),
    ),
    { x: metricName, y: 0, text: figure(low) },
    { x: metricName, y: 1, text: figure(high) },
  ];
  return drawChart({
    title: 'Parallel coordinates',
    caption: caption(picture, drawn.length),
    plot: {
      width: Math.max(480, Math.min(960, 150 * (axes.length + 1))),
      height: 320,
      marginLeft: 48,
      marginRight: 48,
      marginTop: 34,
      marginBottom: 14,
      x: { type: 'point', domain: [...names, metricName], padding: 0.25 },
      y: { axis: null, domain: [0, 1] },
      marks: [
        Plot.axisX({ anchor: 'top', label: null, tickSize: 0, fontSize: 12, fontWeight: 600 }),
        Plot.ruleX([...names, metricName], { stroke: COLOR.faint, strokeWidth: 2 }),
        ...layers.map((layer, at) =>
          Plot.line(layer, {
            x: 'x',
            y: 'y',
            z: 'line',
            stroke:
              at === 0
                ? ({ line }: Vertex) => (drawn[line]?.isTied ? COLOR.tied : COLOR.muted)
                : at === 1
                  ? COLOR.baseline
                  : COLOR.best,
            strokeWidth: at === 0 ? 1 : 2.5,
            strokeOpacity: at === 0 ? Math.max(0.25, Math.min(0.8, 20 / drawn.length)) : 1,
            curve: 'bump-x',
          }),
        ),
        Plot.text(ticks, {
          x: 'x',
          y: 'y',
          text: 'text',
          dx: 6,
          textAnchor: 'start',
          fontSize: 11,
          fill: COLOR.ink,
          stroke: COLOR.paper,
          strokeWidth: 4,
        }),
      ],
    },
  });
}

/** Which levels of an axis are labelled: all, or evenly spread ones with the first and the last. */
function tickPlaces(levels: number): readonly number[] {
  const count = Math.min(levels, MOST_TICKS);
  return Array.from({ length: count }, (_, at) =>
    count === 1 ? 0 : Math.round((at * (levels - 1)) / (count - 1)),
  );
}

function caption({ lines, metric, baseline }: ParallelPicture, drawn: number): string {
  const best = lines.find(({ role }) => role === 'best');
  const left = drawn < lines.length ? ` Only the best ${drawn} of ${lines.length} are drawn.` : '';
  const winner =
    best === undefined ? '' : ` The best, ${shorten(best.label, 80)}, reaches ${figure(best.metric)}.`;
  return `Each line is a configuration and runs through its values to its ${metric} on the right: blue is the best, orange ${baseline}, teal tied with the best.${winner}${left}`;
}

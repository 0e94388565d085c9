import * as Plot from '@observablehq/plot';
import { figure, sum } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';

/** The top probabilities of one configuration. */
export interface ReliabilityLine {
  readonly name: string;
  readonly isBaseline: boolean;
  readonly ece: number;
  /** The lowest first; those without rows are left out. */
  readonly bins: readonly { readonly rows: number; readonly confidence: number; readonly accuracy: number }[];
}

const LARGEST_DOT = 9;
const SMALLEST_DOT = 2;

/** How often the predicted class is right, by the probability that it was given: on the diagonal it can be believed. */
export function reliabilityChart(lines: readonly ReliabilityLine[]): Chart {
  return drawChart({
    title: 'Reliability',
    caption: `Share of rows that are right, by the probability of the predicted class; a larger dot is more rows. Below the dashed line probabilities are too high. Expected calibration error: ${lines.map(({ name, ece }) => `${name} ${figure(ece)}`).join(', ')}.`,
    plot: {
      width: 380,
      height: 250,
      marginLeft: 40,
      marginRight: 14,
      marginBottom: 34,
      marginTop: 22,
      x: { label: 'probability of the predicted class →', labelAnchor: 'center', ticks: 5, domain: [0, 1] },
      y: { label: '↑ share that is right', ticks: 5, domain: [0, 1] },
      marks: [
        Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 5 }),
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: COLOR.muted, strokeDasharray: '4 3' },
        ),
        ...lines.flatMap(({ bins, isBaseline }) => {
          const color = isBaseline ? COLOR.baseline : COLOR.best;
          const total = sum(bins.map(({ rows }) => rows));
          const place = { x: 'confidence', y: 'accuracy' } as const;
          return [
            Plot.line(bins, { ...place, stroke: color, strokeWidth: 1.6 }),
            Plot.dot(bins, {
              ...place,
              fill: color,
              fillOpacity: 0.7,
              r: { value: ({ rows }: { rows: number }) => radius(rows / total), scale: null },
            }),
          ];
        }),
      ],
    },
  });
}

function radius(share: number): number {
  return Math.max(SMALLEST_DOT, LARGEST_DOT * Math.sqrt(share));
}

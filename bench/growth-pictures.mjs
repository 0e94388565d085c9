// Pictures of how cost grows, for bench/RESULTS.md.
import * as Plot from '@observablehq/plot';
import { COLOR, drawChart } from '../dist/views/charts/chart.js';

const FRAME = { width: 520, height: 280, marginLeft: 56, marginRight: 36, marginTop: 30, marginBottom: 42 };
const line = (points, x, y) => [
  Plot.gridX({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 4 }),
  Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 5 }),
  Plot.line(points, { x, y, stroke: COLOR.best, strokeWidth: 2 }),
  Plot.dot(points, { x, y, fill: COLOR.best, r: 3.5 }),
];

/** points: {runs, seconds}. */
export function runsPicture(points) {
  return drawChart({
    title: 'Seconds of a sweep by its number of runs',
    caption: 'Both axes are logarithmic.',
    plot: {
      ...FRAME,
      x: {
        type: 'log',
        domain: [10, 2000],
        label: 'runs of 5 epochs, 2 workers',
        labelAnchor: 'center',
        ticks: 4,
        tickFormat: ',',
      },
      y: { type: 'log', domain: [1, 100], label: '↑ seconds', ticks: 4, tickFormat: ',' },
      marks: line(points, 'runs', 'seconds'),
    },
  });
}

/** points: {rows, gflops}. */
export function rowsPicture(points) {
  return drawChart({
    title: 'Training throughput on one core by rows of the table',
    caption: 'The rows’ axis is logarithmic.',
    plot: {
      ...FRAME,
      x: {
        type: 'log',
        label: 'rows × 64 features, in random order',
        labelAnchor: 'center',
        ticks: 4,
        tickFormat: ',',
      },
      y: {
        domain: [0, Math.max(...points.map(({ gflops }) => gflops))],
        nice: true,
        label: '↑ GFLOP/s',
        ticks: 5,
      },
      marks: line(points, 'rows', 'gflops'),
    },
  });
}

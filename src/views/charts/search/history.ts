import * as Plot from '@observablehq/plot';
import type { Metric } from '../../../metric.js';
import { isBetter } from '../../../metrics/selection.js';
import { figure } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';

/** The metric of every run in the order in which they finished, and the best so far. */
export function historyChart(metric: Metric, values: readonly number[]): Chart {
  const runs = values.map((value, index) => ({ run: index + 1, value }));
  const records: { readonly run: number; readonly value: number }[] = [];
  for (const run of runs) {
    if (Number.isFinite(run.value) && isBetter(metric, run.value, records.at(-1)?.value)) records.push(run);
  }
  const last = records.at(-1);
  const line = last === undefined ? [] : [...records, { run: runs.length, value: last.value }];
  return drawChart({
    title: 'Optimisation history',
    caption:
      last === undefined
        ? 'No run has finished yet.'
        : `Validation ${metric.name} of each run in the order in which they finished; the line is the best so far. The best, ${figure(last.value)}, was reached by run ${last.run} of ${runs.length}: one seed, so partly luck.`,
    plot: {
      width: 360,
      height: 230,
      marginLeft: 46,
      marginBottom: 38,
      x: { label: 'run →', labelAnchor: 'center', ticks: 6, interval: 1, tickFormat: 'd' },
      y: { label: `↑ ${metric.name}`, nice: true, ticks: 5 },
      marks: [
        Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 5 }),
        Plot.dot(runs, { x: 'run', y: 'value', r: 2.5, fill: COLOR.muted, fillOpacity: 0.7 }),
        Plot.line(line, { x: 'run', y: 'value', stroke: COLOR.best, strokeWidth: 2, curve: 'step-after' }),
      ],
    },
  });
}

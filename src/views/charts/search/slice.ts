import * as Plot from '@observablehq/plot';
import type { Metric } from '../../../metric.js';
import { isBetter } from '../../../metrics/selection.js';
import { figure } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';
import { shortValue, shortValues } from '../label.js';
import type { Estimated } from '../results/trade-off.js';

/** One value of an axis: its mean over all other axes, and the configurations that have it. */
export interface SliceLevel extends Estimated {
  readonly label: string;
  readonly configurations: readonly number[];
}

export interface SlicePicture {
  readonly axis: string;
  readonly metric: Metric;
  readonly levels: readonly SliceLevel[];
  /** Whether any two values can be told apart. */
  readonly matters: boolean;
}

/** A metric by the values of one axis. */
export function sliceChart({ axis, metric, levels, matters }: SlicePicture): Chart {
  const names = shortValues(
    levels.map(({ label }) => label),
    16,
  );
  const dots = levels.flatMap(({ configurations }, level) =>
    configurations.map((value) => ({ name: names[level] ?? '', value })),
  );
  const name = (_level: SliceLevel, index: number): string => names[index] ?? '';
  return drawChart({
    title: `${metric.name} by ${axis}`,
    caption: caption({ axis, metric, levels, matters }),
    plot: {
      width: 360,
      height: 230,
      marginLeft: 50,
      marginBottom: 40,
      x: { type: 'point', domain: names, label: `${axis} →`, labelAnchor: 'center', padding: 0.6 },
      y: { label: `↑ ${metric.name}`, nice: true, ticks: 5 },
      marks: [
        Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 5 }),
        Plot.dot(dots, { x: 'name', y: 'value', r: 2.5, fill: COLOR.muted, fillOpacity: 0.5, dx: -8 }),
        Plot.ruleX(levels, {
          x: name,
          y1: (level: SliceLevel) => level.interval.low,
          y2: (level: SliceLevel) => level.interval.high,
          stroke: COLOR.best,
          strokeWidth: 2,
        }),
        Plot.line(levels, { x: name, y: 'mean', stroke: COLOR.best, strokeOpacity: 0.4 }),
        Plot.dot(levels, { x: name, y: 'mean', r: 5, fill: COLOR.best, stroke: COLOR.paper }),
      ],
    },
  });
}

function caption({ axis, metric, levels, matters }: SlicePicture): string {
  const [first, ...others] = levels;
  if (first === undefined) return `No value of ${axis} has a result.`;
  const top = others.reduce((best, own) => (isBetter(metric, own.mean, best.mean) ? own : best), first);
  const verdict = matters ? '' : ' No two values can be told apart.';
  return `Mean ${metric.name} per value of ${axis}, with its 95 % interval; small dots are configurations. ${metric.goal === 'maximize' ? 'Highest' : 'Lowest'} at ${shortValue(top.label, 40)} (${figure(top.mean)}).${verdict}`;
}

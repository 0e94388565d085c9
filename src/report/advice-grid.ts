import { valueLabel } from './point-label.js';
import type { Advice, AxisImportance, Findings } from './report.js';
import { axisChange } from './spec-change.js';

/** An axis with a smaller share of the variance, whose values cannot be told apart, is not worth its runs. */
const IDLE_SHARE = 0.05;

/** How an axis goes on past its edge; others are not extended. */
const LIMITS: { readonly [knob: string]: { readonly lowest: number; readonly highest: number } } = {
  gamma: { lowest: 0, highest: 10 },
  learning_rate: { lowest: 1e-6, highest: 1 },
  weight_decay: { lowest: 0, highest: 1 },
  dropout: { lowest: 0, highest: 0.9 },
  mixup: { lowest: 0, highest: 10 },
};

/** Advice on the axes of the grid: best values on its edge, and axes that change nothing. */
export function gridAdvice({ importance, sweep }: Findings): readonly Advice[] {
  if (importance === null) return [];
  const metric = sweep.metric.name;
  return importance.axes.flatMap((axis) => [...onEdge(axis, metric), ...idle(axis, metric)]);
}

function onEdge(axis: AxisImportance, metric: string): readonly Advice[] {
  const limits = LIMITS[axis.knob];
  const values = axis.values.map(({ value }) => value);
  if (limits === undefined || !axis.matters || !values.every((value) => typeof value === 'number')) return [];
  const sorted = values.toSorted((a, b) => a - b);
  const isTop = axis.best.value === sorted.at(-1);
  if (!isTop && axis.best.value !== sorted[0]) return [];
  const next = beyond(isTop ? sorted.toReversed() : sorted, axis.knob === 'learning_rate');
  if (next < limits.lowest || next > limits.highest || sorted.includes(next)) return [];
  const { mean, interval } = axis.best;
  return [
    {
      id: 'edge-of-grid',
      title: `The best ${axis.knob} lies on the edge of the grid`,
      evidence: `Averaged over the other axes, ${metric} is best at ${axis.knob} = ${axis.best.label}, the ${isTop ? 'largest' : 'smallest'} value tried: ${mean.toFixed(3)} (95 % ${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}).`,
      action: `Extend ${axis.knob} ${isTop ? 'upwards' : 'downwards'} to ${next}.`,
      changes: [axisChange(axis.knob, isTop ? [...sorted, next] : [next, ...sorted])],
    },
  ];
}

/** The next value past the first of two: by their ratio, or by their step. Rounded to three digits. */
function beyond([edge = 0, inner = 0]: readonly number[], isRatio: boolean): number {
  const next = isRatio ? edge * (edge / inner) : edge + (edge - inner);
  return Number(next.toPrecision(3));
}

function idle(axis: AxisImportance, metric: string): readonly Advice[] {
  if (axis.matters || axis.share >= IDLE_SHARE) return [];
  const labels = axis.values.map(({ value }) => valueLabel(value));
  return [
    {
      id: 'idle-axis',
      title: `${axis.knob} changes nothing that can be seen`,
      evidence: `It has ${(100 * axis.share).toFixed(1)} % of the variance of ${metric} between configurations, and none of ${labels.join(', ')} can be told from another at 95 %.`,
      action: `Fix ${axis.knob} at ${axis.best.label} and spend the runs on seeds.`,
      changes: [{ path: ['parameters', axis.knob], value: { value: axis.best.value } }],
    },
  ];
}

import type { Metric } from '../../metric.js';
import { t975 } from '../../metrics/estimates/seed-statistics.js';
import { type Spread, seedSpread } from '../../metrics/noise/seeds/seed-spread.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import type { Cohort, ScoredTrial } from '../search.js';

interface Replicated {
  readonly values: ReadonlyMap<number, number>;
  readonly spread: Spread;
}

/**
 * By how much a trial may surpass a reference, larger is better: the upper end of the 95 % interval of their paired difference over
 * common seeds, in which the luck that a seed brings to all cancels. A few seeds say little of a variance, so each is moved towards
 * those of the cohort, as in reports. Infinite where no two seeds of any trial tell how much seeds matter; NaN without a common seed.
 */
export function upperLimits(
  cohort: Cohort,
  metric: Metric,
  reference: ScoredTrial | undefined,
): (trial: ScoredTrial) => number {
  const tables = cohort.map((trial) => seedValues(trial, metric));
  const { beyond } = seedSpread(tables);
  const replicated = (trial: ScoredTrial | undefined): Replicated | undefined => {
    const at = trial === undefined ? -1 : cohort.indexOf(trial);
    return at < 0 ? undefined : { values: tables[at] as Replicated['values'], spread: beyond[at] as Spread };
  };
  const other = replicated(reference);
  return (trial) => {
    const own = replicated(trial);
    return own === undefined || other === undefined ? Number.NaN : upperLimit(own, other);
  };
}

function seedValues({ scores }: ScoredTrial, { name, goal }: Metric): ReadonlyMap<number, number> {
  const known = scores.filter(({ validation }) => !Number.isNaN(validation[name]));
  return new Map(known.map(({ seed, validation }) => [seed, GOAL_SIGNS[goal] * validation[name]]));
}

function upperLimit(a: Replicated, b: Replicated): number {
  const differences = [...a.values].flatMap(([seed, value]) => {
    const other = b.values.get(seed);
    return other === undefined ? [] : [value - other];
  });
  const { length } = differences;
  const mean = differences.reduce((sum, value) => sum + value, 0) / length;
  const degrees = Math.floor(Math.min(a.spread.degrees, b.spread.degrees));
  if (length > 0 && degrees < 1) return Number.POSITIVE_INFINITY;
  return mean + t975(degrees) * Math.sqrt((a.spread.variance + b.spread.variance) / length);
}

import type { Metric } from '../../metric.js';
import { t975 } from '../../metrics/estimates/seed-statistics.js';
import { type Spread, seedSpread } from '../../metrics/noise/seeds/seed-spread.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import type { Cohort, ScoredTrial } from '../search.js';

interface Replicated {
  readonly space: string | undefined;
  readonly values: ReadonlyMap<number, number>;
  readonly beyond: Spread;
  /** What seeds do to all trials of its space. */
  readonly shared: Spread;
}

/**
 * By how much a trial may surpass a reference, larger is better: the upper end of the 95 % interval of their paired difference over
 * common seeds, in which the luck that a seed brings to all of a space cancels. A few seeds say little of a variance, so each is moved
 * towards those of its space, as in reports. Infinite where no two seeds of any trial tell how much seeds matter; NaN without a common seed.
 */
export function upperLimits(
  cohort: Cohort,
  metric: Metric,
  reference: ScoredTrial | undefined,
): (trial: ScoredTrial) => number {
  const known = new Map<ScoredTrial, Replicated>();
  for (const space of new Set(cohort.map((trial) => trial.space))) {
    const trials = cohort.filter((trial) => trial.space === space);
    const tables = trials.map((trial) => seedValues(trial, metric));
    const { beyond, shared } = seedSpread(tables);
    trials.forEach((trial, at) => {
      const [values, own] = [tables[at] as Replicated['values'], beyond[at] as Spread];
      known.set(trial, { space, values, beyond: own, shared });
    });
  }
  const replicated = (trial: ScoredTrial | undefined) => trial && known.get(trial);
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
  const luck = a.space === b.space ? [] : [a.shared, b.shared].filter(({ variance }) => variance > 0);
  const spreads = [a.beyond, b.beyond, ...luck];
  const degrees = Math.floor(Math.min(...spreads.map((spread) => spread.degrees)));
  if (length > 0 && degrees < 1) return Number.POSITIVE_INFINITY;
  const variance = spreads.reduce((sum, spread) => sum + spread.variance, 0);
  return mean + t975(degrees) * Math.sqrt(variance / length);
}

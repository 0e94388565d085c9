import type { Metric } from '../../metric.js';
import type { SeedScore } from '../search.js';
import type { Rung, Stopper } from '../stopper.js';
import { bestFirst, idsOf, meanOf } from './leading.js';

/** How many of a cohort go on, and by which epoch they are judged. */
export interface Keeping {
  /** One of so many goes on. */
  readonly eta: number;
  /** Judges by the epoch of the rung instead of the best one so far. */
  readonly strict?: boolean | undefined;
}

/** Keeps the best by the metric at every rung, one at least. */
export function keepBest(metric: Metric, rungs: readonly Rung[], { eta, strict = false }: Keeping): Stopper {
  return {
    rungs,
    judge(cohort, rung) {
      const measure = strict ? meanOf(metric, atEpoch(rung)) : meanOf(metric);
      return idsOf(cohort, bestFirst(cohort, measure).slice(0, Math.ceil(cohort.length / eta)));
    },
  };
}

/** What a run had at the epoch of a rung; its result where it has ended before. */
function atEpoch({ epochs }: Rung): (score: SeedScore) => SeedScore['validation'] {
  return (score) => (epochs === undefined ? undefined : score.epochs?.[epochs - 1]) ?? score.validation;
}

import type { Cohort } from './search.js';

/** Where a cohort is judged: when every trial that goes on has trained that many of the sweep's seeds. */
export interface Rung {
  readonly seeds: number;
}

/**
 * Drops trials before all of their seeds are trained. It judges whole cohorts, so what is dropped does not depend on which worker
 * was first.
 */
export interface Stopper {
  /** In the order in which a cohort climbs them, each with more seeds than the one before. */
  readonly rungs: readonly Rung[];
  /** The ids of those that go on, of the trials that got as far as this rung. */
  judge(cohort: Cohort, rung: Rung): readonly string[];
}

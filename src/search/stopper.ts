import type { Cohort } from './search.js';

/** The point at which a cohort is judged: every trial that continues has trained this many of the sweep's seeds. */
export interface Rung {
  readonly seeds: number;
  /** Their runs pause after this epoch if they have not ended before; without it they train to their end. */
  readonly epochs?: number | undefined;
}

/**
 * Drops trials before all of their seeds are trained. It judges whole cohorts, so its decisions do not depend on which worker
 * was first.
 */
export interface Stopper {
  /** In the order in which a cohort reaches them: each with more seeds than the one before, or with as many and more epochs. */
  readonly rungs: readonly Rung[];
  /**
   * Of the trials that reached this rung, the ids of those that continue. The best baseline of each space continues with them in any
   * case. An empty list ends the cohort: what is left needs no further training.
   */
  judge(cohort: Cohort, rung: Rung): readonly string[];
}

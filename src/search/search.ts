import type { MetricValues, ParameterPoint } from '../sweep.js';

/** What a finished run gave on the validation rows. */
export interface SeedScore {
  readonly seed: number;
  readonly validation: MetricValues;
}

/** A trial whose runs have ended; runs that failed left no score. */
export interface ScoredTrial {
  readonly trialId: string;
  readonly point: ParameterPoint;
  /** In the order of the seeds. */
  readonly scores: readonly SeedScore[];
}

/** Trials that were proposed together, in the order of the proposal. */
export type Cohort = readonly ScoredTrial[];

/**
 * Proposes the points of a sweep, cohort by cohort. It sees completed cohorts alone, in the order in which they were recorded, so
 * what it proposes depends on the spec and on results, never on which worker was first.
 */
export interface Sampler {
  /** The most points that all of its cohorts have together: what a plan can say before anything is trained. */
  readonly mostPoints: number;
  /** False where the first cohort is the whole search. */
  readonly learns: boolean;
  propose(history: readonly Cohort[]): readonly ParameterPoint[] | 'done';
}

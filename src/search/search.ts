import type { MetricValues } from '../metric.js';
import type { ParameterPoint, SpacePoint } from '../sweep.js';

/** The metrics of a finished run on the validation rows. */
export interface SeedScore {
  readonly seed: number;
  readonly validation: MetricValues;
}

/** A trial whose runs have ended; failed runs have no score. */
export interface ScoredTrial {
  readonly trialId: string;
  /** Where the sweep has several spaces. */
  readonly space?: string | undefined;
  readonly point: ParameterPoint;
  /** In the order of the seeds. */
  readonly scores: readonly SeedScore[];
}

/** Trials that were proposed together, in the order of the proposal. */
export type Cohort = readonly ScoredTrial[];

/**
 * Proposes the points of a sweep, cohort by cohort. It sees only completed cohorts, in the order in which they were recorded, so
 * its proposals depend on the spec and on results, never on which worker was first.
 */
export interface Sampler {
  /** The maximum number of points in all cohorts together, which a plan shows before anything is trained. */
  readonly mostPoints: number;
  /** False if the first cohort is the whole search. */
  readonly learns: boolean;
  propose(history: readonly Cohort[]): readonly SpacePoint[] | 'done';
}

import type { MetricValues } from '../metric.js';
import type { ParameterPoint, SpacePoint } from '../sweep.js';

/** The metrics of a run on the validation rows. */
export interface SeedScore {
  readonly seed: number;
  /** Of a finished run as its result has them; of a paused one at the best epoch so far. */
  readonly validation: MetricValues;
  /** Of its epochs, from the first on, where a stopper has rungs at epochs. */
  readonly epochs?: readonly MetricValues[] | undefined;
}

/** A trial whose runs have ended or pause at a rung; failed runs have no score. */
export interface ScoredTrial {
  readonly trialId: string;
  /** Where the sweep has several spaces. */
  readonly space?: string | undefined;
  readonly point: ParameterPoint;
  /** What the others are compared with, which is never dropped. */
  readonly isBaseline?: boolean | undefined;
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

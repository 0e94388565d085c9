import type { SpacePoint } from '../sweep.js';
import type { Rung } from './stopper.js';

/** A recorded decision of a search; a resumed sweep follows it. */
export type Decision =
  | { readonly type: 'cohort'; readonly points: readonly SpacePoint[] }
  | RungDecision
  | { readonly type: 'done' };

/** Who continues after a rung. */
export interface RungDecision {
  readonly type: 'rung';
  readonly rung: Rung;
  /** The trials that continue, by id. */
  readonly going: readonly string[];
  /** The others, in the order of the cohort. */
  readonly dropped: readonly DroppedTrial[];
  /** The best value of the metric among those that continue; null if nobody does, so that nobody was preferred. */
  readonly best: number | null;
}

export interface DroppedTrial {
  readonly trialId: string;
  /** Of the metric, the mean over the seeds of the rung; null without any. */
  readonly value: number | null;
}

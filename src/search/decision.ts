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

/** A run that failed. */
export interface FailedRun {
  readonly trialId: string;
  /** Of its seed among those of its sweep, from 0. */
  readonly place: number;
}

/** The first step of a search whose rung judged one of these runs, and so without its score; undefined if none did. */
export function firstStepWithout(
  recorded: readonly { readonly step: number; readonly decision: unknown }[],
  failed: readonly FailedRun[],
): number | undefined {
  return recorded.find(({ decision }) => {
    const rung = decision as Decision;
    if (rung.type !== 'rung') return false;
    const judged = new Set([...rung.going, ...rung.dropped.map(({ trialId }) => trialId)]);
    return failed.some(({ trialId, place }) => place < rung.rung.seeds && judged.has(trialId));
  })?.step;
}

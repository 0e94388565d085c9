import type { EpochRecord, RunResult } from '../sweep.js';

export interface AttemptStart {
  readonly runId: string;
  readonly sweep: string;
  readonly worker: number;
  readonly startedAtMs: number;
}

/** What only happened: never part of a result, never compared. */
export interface AttemptEnd {
  readonly runId: string;
  readonly endedAtMs: number;
  readonly durationMs: number;
  readonly error?: string;
}

/**
 * What happens to a run. `claim` is the token under which it is trained; without one, only the holder of the sweep may tell, and
 * only of runs that no other writer has claimed.
 */
export type RunEvent = { readonly claim?: number | undefined } & (
  | { readonly type: 'started'; readonly attempt: AttemptStart }
  /** Progress of a run that trains: kept until its result is recorded. */
  | { readonly type: 'epoch'; readonly runId: string; readonly epoch: EpochRecord }
  | { readonly type: 'complete'; readonly result: RunResult; readonly attempt: AttemptEnd }
  /**
   * `failed` gives a run up until somebody sets it back; after `retry` whoever claimed it tries again; `interrupted` gives the
   * claim back; `pruned` ends a run early on purpose.
   */
  | { readonly type: 'failed' | 'retry' | 'interrupted' | 'pruned'; readonly attempt: AttemptEnd }
);

/** What a search decided at one of its steps. It is plan, not result: the first decision of a step stays. */
export interface DecisionEvent {
  readonly type: 'decision';
  readonly sweep: string;
  /** Stands for what the search was asked: an edited spec asks anew. */
  readonly search: string;
  readonly step: number;
  /** Plain data, kept as JSON. */
  readonly decision: unknown;
}

export type StoreEvent = RunEvent | DecisionEvent;

/** The run that an event is about. */
export function runOf(event: RunEvent): string {
  return event.type === 'epoch' ? event.runId : event.attempt.runId;
}

/** Whether nobody trains the run any more after such an event. */
export function endsClaim(type: RunEvent['type']): boolean {
  return type !== 'started' && type !== 'epoch' && type !== 'retry';
}

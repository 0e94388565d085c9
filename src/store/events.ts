import type { EpochRecord, RunResult } from '../sweep.js';

export interface AttemptStart {
  readonly runId: string;
  readonly sweep: string;
  readonly worker: number;
  readonly startedAtMs: number;
}

/** What happened in an attempt: never part of a result, never compared. */
export interface AttemptEnd {
  readonly runId: string;
  readonly endedAtMs: number;
  readonly durationMs: number;
  readonly error?: string;
}

/** A checkpoint of a run, as its trainer wrote it. */
export interface KeptCheckpoint {
  /** How many epochs the run had, at least. */
  readonly epochs: number;
  readonly file: Uint8Array;
}

/**
 * What happens to a run. `claim` is the token of its claim; an event without one must come from the holder of the sweep, about a
 * run that no other writer has claimed.
 */
export type RunEvent = { readonly claim?: number | undefined } & (
  | { readonly type: 'started'; readonly attempt: AttemptStart }
  /** Progress of a run in training, stored until its result is recorded. */
  | { readonly type: 'epoch'; readonly runId: string; readonly epoch: EpochRecord }
  /** The end of what its program printed, in place of that of the attempt before. */
  | { readonly type: 'log'; readonly runId: string; readonly log: Uint8Array }
  /** Where a run can go on, for whoever trains it next; in place of the one before, until the run has ended. */
  | { readonly type: 'checkpoint'; readonly runId: string; readonly checkpoint: KeptCheckpoint }
  | {
      readonly type: 'complete';
      readonly result: RunResult;
      /** Its model as the bytes of a model file or of `encodeRunFile`, if it may be kept. */
      readonly model?: Uint8Array | undefined;
      readonly attempt: AttemptEnd;
    }
  /**
   * `failed` gives a run up until `focalsweep retry`; after `retry` the owner of the claim tries again; `interrupted` releases the
   * claim; `pruned` ends a run early on purpose, or pauses it: its epochs are kept, and it can be claimed again.
   */
  | { readonly type: 'failed' | 'retry' | 'interrupted' | 'pruned'; readonly attempt: AttemptEnd }
);

/** The decision of a search at one of its steps. It is part of the plan, not of results: the first decision of a step stays. */
export interface DecisionEvent {
  readonly type: 'decision';
  readonly sweep: string;
  /** Identifies the search: an edited spec begins a new one. */
  readonly search: string;
  readonly step: number;
  /** Plain data, stored as JSON. */
  readonly decision: unknown;
}

export type StoreEvent = RunEvent | DecisionEvent;

/** Events that say something of a run beside its attempts. */
const BESIDE_ATTEMPTS = ['epoch', 'log', 'checkpoint'] as const satisfies readonly RunEvent['type'][];

/** An event of an attempt. */
export type AttemptEvent = Exclude<RunEvent, { type: (typeof BESIDE_ATTEMPTS)[number] }>;

/** Whether an event is one of an attempt. */
export function isOfAttempt(event: RunEvent): event is AttemptEvent {
  return !(BESIDE_ATTEMPTS as readonly string[]).includes(event.type);
}

/** The run that an event is about. */
export function runOf(event: RunEvent): string {
  return isOfAttempt(event) ? event.attempt.runId : event.runId;
}

/** Whether the run is not in training any more after such an event. */
export function endsClaim(type: RunEvent['type']): boolean {
  return type === 'complete' || type === 'failed' || type === 'interrupted' || type === 'pruned';
}

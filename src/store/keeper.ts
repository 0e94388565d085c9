import type { ColumnImportance } from '../sweep.js';

/** Changes a sweep that is not in training, and maintains the store. */
export interface StoreKeeper {
  /** The living process that trains the sweep. */
  holder(sweep: string): Promise<Holder | undefined>;
  /** Asks the process that trains the sweep to stop; it checks several times a second. */
  requestStop(sweep: string): Promise<void>;
  /** Sets failed runs of a sweep back to waiting; returns their number. */
  retryFailed(sweep: string): Promise<number>;
  /** Replaces what was chosen in a sweep. Does nothing while a process trains the sweep: that one will choose anew. */
  recordChoices(choices: SweepChoices): Promise<void>;
  /** Replaces what is known of the columns of a finished run: it is no part of its result. */
  recordColumnImportance(runId: string, columns: readonly ColumnImportance[]): Promise<void>;
  /** Finds damage; with `repair` removes data that cannot be trusted, so that it is trained again. */
  check(options: { readonly repair: boolean }): Promise<CheckReport>;
  /** Runs without a result. */
  unfinishedRuns(): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

/** The process that trains a sweep. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly sinceMs: number;
}

/** What was chosen for the aims of a sweep's spec. The next launch of the sweep forgets it. */
export interface SweepChoices {
  readonly sweep: string;
  /** The number of finished runs that it was chosen from; with another number it is out of date, and not shown. */
  readonly results: number;
  /** In the order of the spec; an aim without a choice is left out. */
  readonly choices: readonly { readonly aim: string; readonly trialId: string }[];
}

export interface CheckReport {
  /** How many results were verified. */
  readonly results: number;
  readonly problems: readonly CheckProblem[];
}

export interface CheckProblem {
  readonly what: string;
  readonly repaired: boolean;
}

import type { ColumnImportance } from '../sweep.js';

/** Changes a sweep that is not in training, and maintains the store. */
export interface StoreKeeper {
  /** The living process that trains the sweep. */
  holder(sweep: string): Promise<Holder | undefined>;
  /** Asks the process that trains the sweep to stop; it checks several times a second. */
  requestStop(sweep: string): Promise<void>;
  /**
   * Sets failed runs of a sweep back to waiting; returns their number. What its search has decided without them, from the first rung
   * that judged one on, is withdrawn, so that the next launch decides it anew. Throws UserError where that is to be done while a living
   * process trains the sweep.
   */
  retryFailed(sweep: string): Promise<number>;
  /** Replaces what was chosen in a sweep. Does nothing while a process trains the sweep: that one will choose anew. */
  recordChoices(choices: SweepChoices): Promise<void>;
  /** Replaces what is known of the columns of a finished run: it is no part of its result. */
  recordColumnImportance(runId: string, columns: readonly ColumnImportance[]): Promise<void>;
  /** Keeps the model of a finished run, as the bytes of a model file: it is no part of its result. */
  recordModel(runId: string, model: Uint8Array): Promise<void>;
  /** What deleting a sweep would lose. Throws UserError if there is none of that name. */
  lossOf(sweep: string): Promise<SweepLoss>;
  /**
   * Deletes a sweep, with all that no other sweep of the store shares, and returns what was lost. Throws UserError while a
   * living process trains it.
   */
  deleteSweep(sweep: string): Promise<SweepLoss>;
  /** Gives a sweep another name. Throws UserError if a sweep has it, or while a living process trains the sweep. */
  renameSweep(renaming: SweepRenaming): Promise<void>;
  /**
   * Copies sweeps of another store, which stays as it is, in one transaction; a second time changes nothing. A sweep of the same
   * name and dataset is united with ours: trials and runs of both, by the plan of the later launch, and of logits and models what
   * its spec keeps of all. Throws UserError, and copies
   * nothing, if both have a run with different results, and for a name that belongs to another dataset or metric.
   */
  merge(request: MergeRequest): Promise<readonly MergedSweep[]>;
  /** Finds damage; with `repair` removes data that cannot be trusted, so that it is trained again. */
  check(options: { readonly repair: boolean }): Promise<CheckReport>;
  /** Bytes of the store's file that hold nothing since something was deleted, and that later sweeps fill; 0 in memory. */
  unusedBytes(): Promise<number>;
  /** Gives them back to the system; for a while, a file takes as much space again. */
  compact(): Promise<void>;
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

/** What goes with a sweep. */
export interface SweepLoss {
  /** Ids of the runs that no other sweep has, in any state. */
  readonly runs: readonly string[];
  /** How many of them are finished. */
  readonly results: number;
  /** What their training took, each by its last attempt. */
  readonly trainingMs: number;
  /** Runs of the sweep that stay, because other sweeps have them. */
  readonly shared: number;
}

export interface SweepRenaming {
  readonly sweep: string;
  readonly to: string;
  /** The spec with the new name in it, for launches to come; as it was if absent. */
  readonly specText?: string;
}

export interface MergeRequest {
  /** The other store: the path of a database or the URL of a server, or for a store in memory the name of another. */
  readonly from: string;
  /** Only these sweeps of it. */
  readonly sweeps?: readonly string[];
}

/** What became of a sweep of another store. */
export interface MergedSweep {
  readonly sweep: string;
  readonly outcome: 'added' | 'united' | 'unchanged';
  /** Whose plan the sweep has now: the spec, the order of the trials and what they are compared with. */
  readonly plan: 'ours' | 'theirs';
  readonly trials: number;
  readonly runs: number;
  /** Finished runs that were not finished here. */
  readonly results: number;
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

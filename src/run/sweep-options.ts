import type { Dataset } from '../data/dataset.js';
import type { SweepPlan } from '../plan/plan.js';
import type { Search } from '../search/search-of.js';
import type { SweepWriter } from '../store/store.js';
import type { Trainer } from '../train/trainer.js';
import type { GroupEvent, PlannedRun } from './groups/follow-group.js';
import type { CheckpointPlace, ErrorMessage } from './threads/messages.js';
import type { WaitingThreads } from './threads/worker-pool.js';

export interface RunSweepOptions {
  readonly plan: SweepPlan;
  readonly dataset: Dataset;
  /** The one that the plan was made for; says which runs may train together, and every thread loads it by name. */
  readonly trainer: Trainer;
  readonly writer: SweepWriter;
  /** Who proposes and drops trials; by default what the spec asks for. */
  readonly search?: Search;
  /** Threads. */
  readonly workers: number;
  /**
   * To begin with, where they were started; whoever made them releases them.
   * @internal
   */
  readonly threads?: WaitingThreads;
  /** Runs that one thread trains together, at most; the trainer knows a good number. */
  readonly lanes?: number | undefined;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Ends the sweep: running runs are interrupted within about a second, finished ones stay. */
  readonly signal?: AbortSignal;
  /** Where unfinished runs are kept; without it they begin again. */
  readonly checkpoints?: CheckpointPlace;
  /** A thread without progress for so long is given up. Default 5 minutes. */
  readonly stallMs?: number;
  /** The runs that were in training when the process before this one died, and of what. */
  readonly crash?: Crash | undefined;
  /** Told which runs enter and leave training: who watches this process can say after a crash what it was doing. */
  readonly onTraining?: (change: 'begin' | 'end', runIds: readonly string[]) => void;
}

/** The end of a process that trained. */
export interface Crash {
  readonly reason: string;
  readonly runIds: readonly string[];
}

/** What a sweep tells while it goes on. */
export type ProgressEvent =
  | {
      readonly type: 'planned';
      readonly trials: number;
      readonly runs: number;
      readonly waiting: number;
      /** Runs that failed in an earlier launch and are not tried again by themselves. */
      readonly givenUp: number;
    }
  | { readonly type: 'note'; readonly text: string }
  | (PlannedRun & { readonly type: 'retry'; readonly error: ErrorMessage })
  | (PlannedRun & { readonly type: 'failed'; readonly error: ErrorMessage })
  | Extract<GroupEvent, { type: 'epoch' | 'complete' }>;

export interface LaunchOutcome {
  /** Runs that had a result before. */
  readonly alreadyComplete: number;
  readonly complete: number;
  /** Runs without a result because they failed, now or in an earlier launch. */
  readonly failed: number;
  readonly interrupted: number;
  readonly durationMs: number;
  /** Whether `focalsweep stop` ended the sweep. */
  readonly stopRequested: boolean;
  /** Whether a thread would not end in time: the process has to be ended by force. */
  readonly threadsLeft: boolean;
}

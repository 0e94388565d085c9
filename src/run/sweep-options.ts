import { inspect } from 'node:util';
import type { Dataset } from '../data/dataset.js';
import type { WriteFiles } from '../data/files/data-files.js';
import type { PrepareTable } from '../data/load-dataset.js';
import type { SeedSplits } from '../data/seed-splits.js';
import { seedRule } from '../data/split/seed-rows.js';
import { UserError } from '../errors.js';
import type { SweepPlan } from '../plan/plan.js';
import type { BudgetEnd } from '../search/budget-end.js';
import type { RungDecision } from '../search/decision.js';
import type { Search } from '../search/search-of.js';
import { isShard, type Shard } from '../spec/settings/shard.js';
import type { OffersLeft, ShippedFile, SweepWriter } from '../store/store.js';
import type { AnyTrainer } from '../train/trainer.js';
import type { GroupEvent, PlannedRun } from './groups/follow-group.js';
import type { CheckpointPlace, ErrorMessage } from './threads/messages.js';
import type { WaitingThreads } from './threads/worker-pool.js';

export interface RunSweepOptions {
  readonly plan: SweepPlan;
  readonly dataset: Dataset;
  /** Needed where the spec gives every seed a split of its own. */
  readonly splits?: SeedSplits | undefined;
  /** Needed where configurations prepare the table otherwise than the spec's `data:`. */
  readonly prepare?: PrepareTable | undefined;
  /** Those of the plan, one for each space. They decide which runs may train together, and every thread loads them by name. */
  readonly trainers: readonly AnyTrainer[];
  readonly writer: SweepWriter;
  /** Proposes and drops trials; by default the search of the spec. */
  readonly search?: Search;
  /** Trains only its part of the runs; the plan is recorded whole. For searches that do not look at results. */
  readonly shard?: Shard | undefined;
  /** Number of threads. */
  readonly workers: number;
  /** Workers that join the sweep train its runs, with these files; this process only decides what is trained. */
  readonly queue?: { readonly files: readonly ShippedFile[] } | undefined;
  /**
   * Threads that are running already, to begin with; their creator releases them.
   * @internal
   */
  readonly threads?: WaitingThreads;
  /** Maximum number of runs that one thread trains together; the trainer chooses by default. */
  readonly lanes?: number | undefined;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Ends the sweep: running runs are interrupted within about a second, finished ones are kept. */
  readonly signal?: AbortSignal;
  /** Asked when the signal comes: whether runs end their epoch first and save a checkpoint, for which they have 8 seconds. */
  readonly savesFirst?: (() => boolean) | undefined;
  /** Where checkpoints of unfinished runs are stored; without it they begin again. Programs need it. */
  readonly checkpoints?: CheckpointPlace;
  /** Writes the table for programs, once for all runs of a dataset. */
  readonly writeFiles?: WriteFiles | undefined;
  /** Where that is. */
  readonly dataFolder?: string | undefined;
  /** How long a thread may be without progress before it is given up. Default 5 minutes. */
  readonly stallMs?: number;
  /** How the previous process died, and the runs that were in training then. */
  readonly crash?: Crash | undefined;
  /** Receives runs that enter and leave training, so that a supervisor knows after a crash what was in training. */
  readonly onTraining?: (change: 'begin' | 'end', runIds: readonly string[]) => void;
}

/** The crash of a process that trained. */
export interface Crash {
  readonly reason: string;
  readonly runIds: readonly string[];
}

/** An event of a sweep in training. */
export type ProgressEvent =
  | {
      readonly type: 'planned';
      readonly trials: number;
      readonly runs: number;
      /** To train, as far as the budget pays for them. */
      readonly waiting: number;
      /** Runs that failed in an earlier launch and are not tried again automatically. */
      readonly givenUp: number;
    }
  | { readonly type: 'note'; readonly text: string }
  /** What workers have to train of what was offered to them. */
  | { readonly type: 'offered'; readonly left: OffersLeft }
  /** A rung was reached, and `left` runs are not trained any further. */
  | { readonly type: 'rung'; readonly decision: RungDecision; readonly left: number }
  | (PlannedRun & { readonly type: 'retry'; readonly error: ErrorMessage })
  | (PlannedRun & { readonly type: 'failed'; readonly error: ErrorMessage })
  | Extract<GroupEvent, { type: 'epoch' | 'complete' }>;

export interface LaunchOutcome {
  /** Runs of the sweep so far, or of its shard. */
  readonly runs: number;
  /** Runs that had a result before. */
  readonly alreadyComplete: number;
  readonly complete: number;
  /** Runs without a result because they failed, now or in an earlier launch. */
  readonly failed: number;
  readonly interrupted: number;
  /** Runs of configurations that the search has dropped, now or in an earlier launch. */
  readonly pruned: number;
  /** How the budget of the sweep has ended its search, if it has. */
  readonly budgetEnd?: BudgetEnd;
  readonly durationMs: number;
  /** Whether `focalsweep stop` ended the sweep. */
  readonly stopRequested: boolean;
  /** Whether a thread did not end in time, so that the process has to be ended by force. */
  readonly threadsLeft: boolean;
}

/** Throws UserError for options that do not fit each other or the plan, before anything is recorded. */
export function requireUsable(options: RunSweepOptions): void {
  requireUsableNumbers(options);
  requireOwnData(options);
  // A launch of a queue trains nothing itself.
  if (options.queue === undefined) requireProgramFolders(options);
}

/** Throws UserError for what belongs to another plan: its results would be recorded under the ids of this one. */
function requireOwnData({ plan, dataset, splits }: RunSweepOptions): void {
  if (plan.dataset !== dataset.fingerprint) {
    throw new UserError('the plan was made of other data', {
      where: '`dataset`',
      fix: 'Pass the dataset that `planSweep` got, or all that `prepareSweep` gives.',
    });
  }
  if (seedRule(plan.spec.data?.split) !== undefined && splits === undefined) {
    throw new UserError('every seed has a split of its own, and they are missing', {
      where: '`splits`',
      fix: 'Pass the `splits` that `prepareSweep` gives.',
    });
  }
}

/** Throws UserError for numbers that nothing can be trained with. Types do not tell NaN, 0 or 1.5 from a number of threads. */
export function requireUsableNumbers({
  workers,
  lanes,
  stallMs,
  shard,
}: Pick<RunSweepOptions, 'workers' | 'lanes' | 'stallMs' | 'shard'>): void {
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;
  const whole = 'must be a whole number of 1 or more';
  if (!isCount(workers)) throw unusable('workers', workers, `${whole}, for example 2`);
  if (lanes !== undefined && !isCount(lanes)) throw unusable('lanes', lanes, `${whole}, or left out`);
  if (stallMs !== undefined && !(typeof stallMs === 'number' && stallMs > 0)) {
    throw unusable('stallMs', stallMs, 'must be a number of milliseconds above 0, or left out');
  }
  if (shard !== undefined && !isShard(shard)) {
    throw unusable('shard', shard, 'must be which of how many, counted from 1: {index: 2, count: 3}');
  }
}

function unusable(option: string, value: unknown, rule: string): UserError {
  return new UserError(`it is ${inspect(value)}`, { where: `\`${option}\``, fix: `It ${rule}.` });
}

/** Throws UserError where a program would have no folder, or a command would be told that there is no table. */
function requireProgramFolders({
  plan,
  trainers,
  checkpoints,
  dataFolder,
  writeFiles,
}: RunSweepOptions): void {
  const types = new Set(trainers.flatMap(({ program }) => program?.type ?? []));
  const readsFiles = types.has('command') && plan.spec.data !== null;
  const missing =
    types.size > 0 && checkpoints === undefined
      ? 'checkpoints'
      : readsFiles && writeFiles === undefined
        ? 'writeFiles'
        : readsFiles && dataFolder === undefined
          ? 'dataFolder'
          : undefined;
  if (missing === undefined) return;
  const fixes = {
    checkpoints: "Pass `checkpoints: {folder, everyMs}`: a program's runs keep their files there.",
    writeFiles: 'Pass the `writeFiles` that `prepareSweep` gives: it writes the table for commands.',
    dataFolder: 'Pass the folder that the table of commands is written into.',
  };
  throw new UserError('the sweep trains by a program, which needs it', {
    where: `\`${missing}\``,
    fix: fixes[missing],
  });
}

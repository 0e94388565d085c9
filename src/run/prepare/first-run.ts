import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tooFewFileHandles, UserError } from '../../errors.js';
import type { SweepPlan } from '../../plan/plan.js';
import type { Run, ToldLabels, Trial } from '../../sweep.js';
import type { AnyTrainer } from '../../train/trainer.js';
import { trainersById } from '../groups/form-groups.js';
import { after, DRAIN_PROGRAMS_MS } from '../groups/train-groups.js';
import type { WorkerMessage } from '../threads/messages.js';
import {
  createWorkerPool,
  StalledThreadError,
  startThreads,
  ThreadsLeftError,
  type WorkerPool,
} from '../threads/worker-pool.js';

/** What the first run of a sweep without `data:` is trained with. */
export interface FirstRunOptions {
  /** Has a folder for each run. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onNote: (text: string) => void;
  /** Told before it trains: from then on a stop is waited for. */
  readonly onBegin?: () => void;
  /** How long its thread may be without progress. */
  readonly stallMs: number;
  /** The exit code after a stop. */
  readonly stopCode: () => number;
}

/** The labels that a first run told, null for metrics alone, and which run that was. */
export interface FirstRun {
  readonly told: ToldLabels | null;
  readonly run: Run;
}

/** Configurations that are tried before the sweep is given up. */
const MOST_TRIES = 3;

/**
 * Trains the first run of a plan to learn the true labels from its program. What it answered stays in its folder, and counts when the
 * run is trained with the rest. Throws UserError if the first configurations fail, or after a stop, and ThreadsLeftError with one if
 * its thread does not end.
 */
export async function trainFirstRun(
  plan: SweepPlan,
  trainers: readonly AnyTrainer[],
  { folder, signal, stallMs, stopCode, onNote, onBegin }: FirstRunOptions,
): Promise<FirstRun> {
  const pool = createWorkerPool({ threads: startThreads(1), stallMs });
  const stop = (): void => pool.stop('atOnce');
  signal.addEventListener('abort', stop);
  const overdue = after(signal, () => DRAIN_PROGRAMS_MS);
  onNote('Without `data:`, the first run tells the true labels; the others train after it.');
  onBegin?.();
  let failure = '';
  try {
    for (const trial of plan.trials.slice(0, MOST_TRIES)) {
      const run = plan.runs.find(({ trialId }) => trialId === trial.trialId);
      if (run === undefined || signal.aborted) break;
      const { program } = trainersById(trainers)(trial);
      if (program === undefined) throw new RangeError('only programs tell labels');
      const place = { files: null, folder, sweep: plan.spec.name, slot: 0 };
      mkdirSync(folder, { recursive: true });
      const task = { trainer: program, runs: [jobOf(plan, run, trial)], dataset: undefined, place };
      const end = await Promise.race([outcome(pool, task), overdue.promise.then(() => 'overdue' as const)]);
      if (end === 'overdue') throw new ThreadsLeftError(stopped(stopCode()));
      if (end instanceof StalledThreadError) throw new ThreadsLeftError(failed(plan, end.message));
      if (end?.type === 'told') return { told: end.told, run };
      if (end?.type === 'failed') failure = end.error.message;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    overdue.cancel();
    pool.stop('atOnce');
    pool.close();
  }
  throw signal.aborted ? stopped(stopCode()) : failed(plan, failure);
}

function stopped(exitCode: number): UserError {
  return new UserError('stopped before the first run had told its labels', {
    fix: 'Launch again to start it.',
    exitCode,
  });
}

function failed({ spec }: SweepPlan, failure: string): UserError {
  return new UserError(`the first run failed, so the true labels are not known: ${failure}`, {
    where: spec.file,
    fix: 'Mend the program, or give the table as `data:`.',
  });
}

function jobOf({ spec }: SweepPlan, { runId, seed }: Run, { trialId, config }: Trial) {
  return { runId, trialId, seed, config, metric: spec.metric };
}

type Outcome = Extract<WorkerMessage, { readonly type: 'told' | 'failed' }>;

/** How a first run ended; a thread that died has failed it, too. */
async function outcome(
  pool: WorkerPool,
  task: Parameters<WorkerPool['train']>[0],
): Promise<Outcome | StalledThreadError | undefined> {
  const ends: Outcome[] = [];
  try {
    await pool.train(task, (message) => {
      if (message.type === 'told' || message.type === 'failed') ends.push(message);
    });
  } catch (error) {
    if (error instanceof StalledThreadError) return error;
    const refusal = error instanceof UserError ? error : tooFewFileHandles(error);
    if (refusal !== undefined) throw refusal;
    const { message } = error as Error;
    return { type: 'failed', runId: task.runs[0]?.runId ?? '', error: { message, final: false } };
  }
  return ends[0];
}

/** Gives the folder of the first run to the same run under the id that the labels gave it: its answer counts for that one. */
export function adoptAnswer(folder: string, from: string, to: string): void {
  const [old, own] = [join(folder, from), join(folder, to)];
  if (!existsSync(old) || existsSync(own)) return;
  renameSync(old, own);
  const report = join(own, 'report.jsonl');
  // It may name files of its folder.
  if (existsSync(report)) writeFileSync(report, readFileSync(report, 'utf8').replaceAll(from, to));
}

import { sharedDataset } from '../data/dataset.js';
import { UserError } from '../errors.js';
import { dataKnobs } from '../knobs/data-knobs.js';
import type { AnyConfig, RunResult, TrialConfig } from '../sweep.js';
import type { RunJob } from '../train/trainer.js';
import { runDatasets } from './groups/run-datasets.js';
import { trainerName } from './prepare/choose-trainer.js';
import type { PreparedSweep } from './prepare/prepare-sweep.js';
import { modelFileOf } from './record/model-record.js';
import type { WorkerMessage } from './threads/messages.js';
import { createWorkerPool, startThreads, type WorkerPool } from './threads/worker-pool.js';

/** A finished run, with what it was trained with. */
export interface FinishedRun {
  readonly result: RunResult;
  readonly seed: number;
  readonly config: AnyConfig;
  /** The id of its trainer. */
  readonly engine: string;
}

/** What is told of a run that was trained once more. */
export interface TrainedAgain {
  readonly result: RunResult;
  /** The bytes of a model file, if that was asked for and the trainer has a model. */
  readonly model?: Uint8Array | undefined;
}

export interface TrainAgainOptions extends Pick<PreparedSweep, 'plan' | 'dataset' | 'splits' | 'prepare'> {
  readonly runs: readonly FinishedRun[];
  /** What was not recorded: what columns mean, or the model. */
  readonly asks: Pick<RunJob, 'shufflesColumns' | 'keepsModel'>;
  /** Number of threads. */
  readonly workers: number;
  readonly onTrained: (again: TrainedAgain) => Promise<void>;
}

/**
 * Trains finished runs once more, which gives the same bits, for what was not recorded of them. Throws UserError if a run does not
 * predict what was recorded, and the errors of threads.
 */
export async function trainAgain(options: TrainAgainOptions): Promise<void> {
  const { plan, runs, asks, onTrained } = options;
  const workers = Math.min(options.workers, runs.length);
  const pool = createWorkerPool({ threads: startThreads(workers) });
  const datasets = runDatasets({ ...options, knobs: dataKnobs(plan.spec.data ?? {}) });
  const waiting = [...runs];
  const drain = async (): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const dataset = datasets.take(run);
      const { runId } = run.result;
      const { seed, config, engine } = run;
      const job = { runId, seed, config, metric: plan.spec.metric, ...asks };
      const task = { trainer: trainerName(engine), runs: [job], dataset: sharedDataset(dataset) };
      const { result, predictor } = await trainOne(pool, task);
      datasets.giveBack(run);
      requireSame(run.result, result);
      const model =
        predictor &&
        modelFileOf({
          ...{ runId, seed, trainerId: engine, config: config as TrialConfig, predictor },
          ...{ dataset, spec: plan.spec },
        });
      await onTrained({ result, model });
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, drain));
  } finally {
    pool.stop('atOnce');
    pool.close();
  }
}

type WorkerResult = Extract<WorkerMessage, { readonly type: 'result' }>;

async function trainOne(pool: WorkerPool, task: Parameters<WorkerPool['train']>[0]): Promise<WorkerResult> {
  const told: WorkerMessage[] = [];
  await pool.train(task, (message) => {
    if (message.type === 'result' || message.type === 'failed') told.push(message);
  });
  const [last] = told;
  if (last?.type === 'result') return last;
  throw new Error(
    `run ${task.runs[0]?.runId} gave no result${last?.type === 'failed' ? `: ${last.error.message}` : ''}`,
  );
}

/** It is the same model if it predicts the same. */
function requireSame(recorded: RunResult, again: RunResult): void {
  const isSame = (['validation', 'test'] as const).every((split) => {
    const [before, after] = [recorded[split].predictions, again[split].predictions];
    return before.length === after.length && before.every((cls, row) => cls === after[row]);
  });
  if (isSame && recorded.chosenEpoch === again.chosenEpoch) return;
  throw new UserError(`run ${recorded.runId} does not predict what was recorded of it`, {
    fix: 'Its table, the program or this machine trains otherwise than when it was recorded: launch the sweep under another name.',
  });
}

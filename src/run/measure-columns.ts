import { sharedDataset } from '../data/dataset.js';
import { UserError } from '../errors.js';
import { dataKnobs } from '../knobs/data-knobs.js';
import type { AnyConfig, RunResult } from '../sweep.js';
import { runDatasets } from './groups/run-datasets.js';
import { trainerName } from './prepare/choose-trainer.js';
import type { PreparedSweep } from './prepare/prepare-sweep.js';
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

export interface MeasureColumnsOptions
  extends Pick<PreparedSweep, 'plan' | 'dataset' | 'splits' | 'prepare'> {
  readonly runs: readonly FinishedRun[];
  /** Number of threads. */
  readonly workers: number;
  /** Receives the result of a run once more, with what its columns mean. */
  readonly onMeasured: (result: RunResult) => Promise<void>;
}

/**
 * Trains finished runs once more, which gives the same bits, and measures what columns mean to them. Throws UserError if a run does
 * not predict what was recorded, and the errors of threads.
 */
export async function measureColumns(options: MeasureColumnsOptions): Promise<void> {
  const { plan, runs, onMeasured } = options;
  const workers = Math.min(options.workers, runs.length);
  const pool = createWorkerPool({ threads: startThreads(workers) });
  const datasets = runDatasets({ ...options, knobs: dataKnobs(plan.spec.data ?? {}) });
  const waiting = [...runs];
  const drain = async (): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const dataset = sharedDataset(datasets.take(run));
      const { runId } = run.result;
      const { seed, config, engine } = run;
      const job = { runId, seed, config, metric: plan.spec.metric, shufflesColumns: true };
      const again = await trainOne(pool, { trainer: trainerName(engine), runs: [job], dataset });
      datasets.giveBack(run);
      requireSame(run.result, again);
      await onMeasured(again);
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, drain));
  } finally {
    pool.stop();
    pool.close().catch(() => {});
  }
}

async function trainOne(pool: WorkerPool, task: Parameters<WorkerPool['train']>[0]): Promise<RunResult> {
  const told: WorkerMessage[] = [];
  await pool.train(task, (message) => {
    if (message.type === 'result' || message.type === 'failed') told.push(message);
  });
  const [last] = told;
  if (last?.type === 'result') return last.result;
  throw new Error(
    `run ${task.runs[0]?.runId} gave no result${last?.type === 'failed' ? `: ${last.error.message}` : ''}`,
  );
}

/** The model is not kept: it is the same if it predicts the same. */
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

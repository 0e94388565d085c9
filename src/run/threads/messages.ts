import type { MessagePort } from 'node:worker_threads';
import type { SharedDataset } from '../../data/dataset.js';
import type { EpochRecord, RunResult } from '../../sweep.js';
import type { RunJob } from '../../train/trainer.js';

/** Where checkpoints of runs lie, and how much training lies between two of them. */
export interface CheckpointPlace {
  readonly folder: string;
  readonly everyMs: number;
}

/**
 * What a worker thread is handed: runs of one group. The dataset's arrays are shared memory, so nothing big is copied.
 * @internal
 */
export interface TrainTask {
  /** By the name that loads it. */
  readonly trainer: string;
  readonly dataset: SharedDataset;
  readonly runs: readonly RunJob[];
  /** One Int32; not 0 asks training to end. */
  readonly stopFlag: SharedArrayBuffer;
  /** One Int32 that grows as long as training goes on. */
  readonly pulse: SharedArrayBuffer;
  readonly checkpoints?: CheckpointPlace | undefined;
  readonly port: MessagePort;
}

/** An error as it crosses threads; a stack is there only where it is not the user's to mend. */
export interface ErrorMessage {
  readonly message: string;
  readonly stack?: string | undefined;
  /** The same settings would fail the same way again. */
  readonly final: boolean;
}

/** What a worker tells while it trains; `ended` comes last. */
export type WorkerMessage =
  | { readonly type: 'started'; readonly worker: number; readonly runId: string }
  | { readonly type: 'epoch'; readonly runId: string; readonly epoch: EpochRecord }
  | { readonly type: 'result'; readonly result: RunResult }
  | { readonly type: 'failed'; readonly runId: string; readonly error: ErrorMessage }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'ended' };

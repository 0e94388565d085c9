import type { MessagePort } from 'node:worker_threads';
import type { SharedDataset } from '../../data/dataset.js';
import type { EpochRecord, RunResult } from '../../sweep.js';
import type { RunJob } from '../../train/trainer.js';

/** The folder of checkpoints, and the training time between two of a run. */
export interface CheckpointPlace {
  readonly folder: string;
  readonly everyMs: number;
}

/**
 * The task of a worker thread: runs of one group. The dataset's arrays are shared memory, so nothing big is copied.
 * @internal
 */
export interface TrainTask {
  /** The name that loads the trainer. */
  readonly trainer: string;
  readonly dataset: SharedDataset;
  readonly runs: readonly RunJob[];
  /** One Int32; any value but 0 asks training to end. */
  readonly stopFlag: SharedArrayBuffer;
  /** One Int32 that grows while training makes progress. */
  readonly pulse: SharedArrayBuffer;
  readonly checkpoints?: CheckpointPlace | undefined;
  readonly port: MessagePort;
}

/** An error in a message between threads; it has a stack unless it is a user's mistake. */
export interface ErrorMessage {
  readonly message: string;
  readonly stack?: string | undefined;
  /** The same settings would fail the same way again. */
  readonly final: boolean;
}

/** A message from a worker in training; `ended` is the last one. */
export type WorkerMessage =
  | { readonly type: 'started'; readonly worker: number; readonly runId: string }
  | { readonly type: 'epoch'; readonly runId: string; readonly epoch: EpochRecord }
  | { readonly type: 'result'; readonly result: RunResult }
  | { readonly type: 'failed'; readonly runId: string; readonly error: ErrorMessage }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'ended' };

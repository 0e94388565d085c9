import type { MessagePort } from 'node:worker_threads';
import type { SharedDataset } from '../../data/dataset.js';
import type { Predictor } from '../../model/model.js';
import type { AnyConfig, EpochRecord, RunResult, ToldLabels } from '../../sweep.js';
import type { TrainerSource } from '../../train/load-trainer.js';
import type { ScoreDrawing } from '../../train/score-drawing.js';
import type { ProgramPlace, RunJob } from '../../train/trainer.js';

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
  readonly trainer: TrainerSource;
  /** Undefined for a program that has to tell the true labels first. */
  readonly dataset: SharedDataset | undefined;
  /** What it holds, where modules of the user could write into it. */
  readonly seal?: string | undefined;
  /** Rows to draw when a run is measured. */
  readonly drawing?: ScoreDrawing | undefined;
  /** For programs. */
  readonly place?: TaskPlace | undefined;
  readonly runs: readonly RunJob<AnyConfig>[];
  /** One Int32, of STOP_FLAG: whether training is asked to end. */
  readonly stopFlag: SharedArrayBuffer;
  /** One Int32 that grows while training makes progress. */
  readonly pulse: SharedArrayBuffer;
  readonly checkpoints?: CheckpointPlace | undefined;
  readonly port: MessagePort;
}

/** Where runs of programs find and keep files. */
export interface TaskPlace extends Omit<ProgramPlace, 'folderOf'> {
  /** Has a folder for each run. */
  readonly folder: string;
}

/** An error in a message between threads; it has a stack unless it is a user's mistake. */
export interface ErrorMessage {
  readonly message: string;
  readonly stack?: string | undefined;
  /** The same settings would fail the same way again. */
  readonly final: boolean;
}

/** A UserError in a message between threads. */
export interface Refusal {
  readonly what: string;
  readonly where: string | undefined;
  readonly fix: string | undefined;
}

/** A message from a worker in training; `ended` is the last one. */
export type WorkerMessage =
  | { readonly type: 'started'; readonly worker: number; readonly runId: string }
  | { readonly type: 'epoch'; readonly runId: string; readonly epoch: EpochRecord }
  | {
      readonly type: 'result';
      readonly result: RunResult;
      readonly predictor?: Predictor | undefined;
      /** What its program handed over, as the store keeps it. */
      readonly runFile?: Uint8Array<ArrayBuffer> | undefined;
    }
  /** A run that is at its `pauseAfter`, with all of its epochs so far. */
  | { readonly type: 'paused'; readonly runId: string; readonly epochs: readonly EpochRecord[] }
  | { readonly type: 'failed'; readonly runId: string; readonly error: ErrorMessage }
  /** The end of what a program printed; comes before the end of its run. */
  | { readonly type: 'log'; readonly runId: string; readonly log: Uint8Array }
  /** In place of a result, where there is no dataset yet; null for a program that tells metrics alone. */
  | { readonly type: 'told'; readonly runId: string; readonly told: ToldLabels | null }
  | { readonly type: 'note'; readonly text: string }
  /** Nothing that is trained on can be trusted any more. */
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'ended' };

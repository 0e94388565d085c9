import type { EpochRecord, SplitResult } from '../sweep.js';

/** A run between two epochs: everything that training goes on from, to the same bits. */
export interface RunCheckpoint {
  /** As `Trainer.state` gives it. */
  readonly state: Float32Array;
  readonly epochs: readonly EpochRecord[];
  /** What the weights of the latest epoch do on validation. */
  readonly latest: SplitResult;
  /** The epoch that counts so far; absent while the metric has been NaN. */
  readonly best?: { readonly epoch: number; readonly validation: SplitResult } | undefined;
  /** Weights of that epoch, where they will count. */
  readonly bestWeights?: Float32Array | undefined;
}

/** Keeps checkpoints of runs in training. */
export interface Checkpoints {
  /** The run's checkpoint; undefined where there is none that can be used. */
  load(runId: string): RunCheckpoint | undefined;
  /** Whether the run has trained long enough since its last checkpoint. */
  isDue(runId: string): boolean;
  save(runId: string, checkpoint: RunCheckpoint): void;
}

import type { SharedDataset } from '../data/dataset.js';
import type { EpochRecord, Metric, RunResult, TrialConfig } from '../sweep.js';
import type { Checkpoints } from './checkpoint.js';

/** A run to be trained. */
export interface RunJob {
  readonly runId: string;
  readonly seed: number;
  readonly config: TrialConfig;
  /** Decides which epoch is the best, and so patience. */
  readonly metric: Metric;
}

/** A named array of a trained model, row-major. */
export interface ModelArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What a trainer says of the rows of a split, in the split's order: one of the first three at least. */
export interface SplitOutput {
  /** Class of each row; without it the arg-max of the others, ties to the lowest class. */
  readonly predictions?: Uint16Array;
  /** rows × classes, row-major. */
  readonly logits?: Float32Array;
  /** rows × classes, row-major, in [0, 1]. */
  readonly probabilities?: Float32Array | Float64Array;
  /** The mean of the run's own loss; log_loss where it has none. */
  readonly loss?: number;
  /** The mean cross-entropy in nats, where the trainer has measured it. */
  readonly logLoss?: number;
}

/** What a run comes to, before it is scored. */
export interface TrainedRun {
  readonly runId: string;
  /** None of a trainer that has no epochs. */
  readonly epochs: readonly EpochRecord[];
  /** The epoch whose weights count; 0 where there are no epochs. */
  readonly chosenEpoch: number;
  readonly stoppedBy: RunResult['stoppedBy'];
  readonly validation: SplitOutput;
  readonly test: SplitOutput;
  /** The chosen weights; absent of a trainer that has none, or keeps them itself. */
  readonly weights?: readonly ModelArray[];
}

/** Told of runs while they train. */
export interface TrainingListener {
  readonly onEpoch: (runId: string, epoch: EpochRecord) => void;
  readonly onResult: (trained: TrainedRun) => void;
  /** A run that failed by itself; the others go on. A UserError would come again, whatever is tried. */
  readonly onFailed: (runId: string, error: Error) => void;
}

/** Runs to be trained together, and what is told of them. */
export interface Training extends TrainingListener {
  /** Undefined for a trainer that has data of its own. */
  readonly dataset: SharedDataset | undefined;
  /** At least one, all of one group key. */
  readonly runs: readonly RunJob[];
  /** To be looked at every 100 ms or so: it is also the sign that training goes on. */
  readonly shouldStop: () => boolean;
  /** Without them every run begins anew. */
  readonly checkpoints?: Checkpoints | undefined;
}

/** What training costs, of a trainer that can tell beforehand. */
export interface Workload {
  /** Floating-point operations of one epoch. */
  epochFlops(config: TrialConfig, dataset: SharedDataset): number;
  /** Floating-point operations a second of one thread of this machine; trains for a moment to see. */
  measureSpeed(configs: readonly TrialConfig[], dataset: SharedDataset): Promise<number>;
}

/**
 * Turns runs into predictions. The same run gives the same bits again, alone or beside others, in one go or from a checkpoint,
 * on every machine where the trainer has the same id. Loaded in every worker thread.
 */
export interface Trainer {
  /** Holds everything that decides the bits of a result: name and version, e.g. `native/addon@2`. */
  readonly id: string;
  /** How many runs are worth training together. */
  readonly groupSize: number;
  /** Runs whose configurations give the same key can train together. */
  groupKey(config: TrialConfig): string;
  /**
   * Trains runs until each has ended or all were asked to stop; of every run that ended the listener is told a result or a
   * failure, of one that was stopped neither. Rejects with what keeps all of them from training.
   */
  train(training: Training): Promise<'done' | 'stopped'>;
  readonly workload?: Workload;
}

/** Whether a trainer, or what it computes with, can be used here. */
export interface Availability {
  readonly name: string;
  readonly available: boolean;
  /** Why it is missing, or what there is of it; may be ''. */
  readonly reason: string;
}

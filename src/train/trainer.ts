import type { SharedDataset } from '../data/dataset.js';
import type { Metric } from '../metric.js';
import type { HandedFile } from '../model/file/handed-file.js';
import type { Predictor } from '../model/model.js';
import type { DataFiles, Program } from '../program.js';
import type {
  AnyConfig,
  ColumnImportance,
  EpochRecord,
  MetricValues,
  RunResult,
  ToldLabels,
  TrialConfig,
} from '../sweep.js';
import type { Checkpoints } from './checkpoint.js';

/** A run to train; trainers of this package get knobs, programs of the user's own what the spec gives them. */
export interface RunJob<Config extends AnyConfig = TrialConfig> {
  readonly runId: string;
  /** For programs of the user's own, which are told it. */
  readonly trialId?: string | undefined;
  readonly seed: number;
  readonly config: Config;
  /** Decides which epoch is the best, and when patience ends, unless `select` says otherwise. */
  readonly metric: Metric;
  /**
   * Pauses the run after this epoch, unless it ends before or with it: its checkpoint is saved, if there are any, and it goes on when
   * it is trained again. A run that is there or beyond already trains nothing. A trainer that cannot pause trains to the end.
   */
  readonly pauseAfter?: number | undefined;
  /** Asks for the `predictor` or the `handedFile`; all else must be the same as without. */
  readonly keepsModel?: boolean | undefined;
  /** Asks for `drops` of the column importance, which take many predictions; all else must be the same as without. */
  readonly shufflesColumns?: boolean | undefined;
}

/** A named array of a trained model, row-major. */
export interface ModelArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A trainer's output for the rows of a split, in the split's order: at least one of the first three fields, or `metrics` alone. */
export interface SplitOutput {
  /** Class of each row; without it the arg-max of the others, ties to the lowest class. */
  readonly predictions?: Uint16Array;
  /** rows × classes, row-major. */
  readonly logits?: Float32Array;
  /** rows × classes, row-major, in [0, 1]. */
  readonly probabilities?: Float32Array | Float64Array;
  /** The mean of the run's own loss; by default log_loss. */
  readonly loss?: number;
  /** The mean cross-entropy in nats, if the trainer has measured it. */
  readonly logLoss?: number;
  /** What a program says that tells no predictions; nothing else is known of the split then. */
  readonly metrics?: Partial<MetricValues>;
}

/** The outcome of a run, before it is scored. */
export interface TrainedRun {
  readonly runId: string;
  /** Empty for a trainer without epochs. */
  readonly epochs: readonly EpochRecord[];
  /** The epoch whose weights are kept; 0 without epochs. */
  readonly chosenEpoch: number;
  readonly stoppedBy: RunResult['stoppedBy'];
  /** Each row at an epoch that it did not help to choose: see `Trainer`. */
  readonly validation: SplitOutput;
  /** At the chosen epoch. */
  readonly test: SplitOutput;
  /** The chosen weights; absent if the trainer has none or stores them itself. */
  readonly weights?: readonly ModelArray[];
  /** The model at the chosen epoch, where it is asked for and the trainer has one. */
  readonly predictor?: Predictor;
  /** In place of it: the file in which a program of the user's own says that its model is. */
  readonly handedFile?: HandedFile;
  /** Of the model at the chosen epoch, for every column of the dataset; `ShuffledColumns` measures what was asked for. */
  readonly columnImportance?: readonly ColumnImportance[];
  /** The true labels, from a program with its own data. */
  readonly told?: ToldLabels;
}

/** Receives events of runs in training. */
export interface TrainingListener {
  readonly onEpoch: (runId: string, epoch: EpochRecord) => void;
  readonly onResult: (trained: TrainedRun) => void;
  /** A run is at or beyond its `pauseAfter`; these are all of its epochs so far. */
  readonly onPaused?: ((runId: string, epochs: readonly EpochRecord[]) => void) | undefined;
  /** One run failed; the others continue. A UserError means that it would fail again in every attempt. */
  readonly onFailed: (runId: string, error: Error) => void;
  /** The end of what a program of the user's own printed, however its run ended. */
  readonly onLog?: ((runId: string, log: Uint8Array) => void) | undefined;
}

/** What runs of programs have beside a dataset. */
export interface ProgramPlace {
  /** Null for a program with its own data. */
  readonly files: DataFiles | null;
  /** The folder of a run; what is in it stays until the run has its result. */
  folderOf(runId: string): string;
  readonly sweep: string;
  /** Numbers the runs that train at the same time, from 0 on. */
  readonly slot: number;
}

/** Runs to train together, and the listener for their events. */
export interface Training<Config extends AnyConfig = TrialConfig> extends TrainingListener {
  /** Undefined for a trainer with its own data. */
  readonly dataset: SharedDataset | undefined;
  /** At least one, all of one group key. */
  readonly runs: readonly RunJob<Config>[];
  /** Check it about every 100 ms: that is also the sign that training makes progress. */
  readonly shouldStop: () => boolean;
  /** Without them every run starts from the beginning. */
  readonly checkpoints?: Checkpoints | undefined;
  /** For programs of the user's own. */
  readonly place?: ProgramPlace | undefined;
}

/** The cost of training, for a trainer that can estimate it. */
export interface Workload<Config extends AnyConfig = TrialConfig> {
  /** Floating-point operations of one epoch. */
  epochFlops(config: Config, dataset: SharedDataset): number;
  /** Floating-point operations per second of one thread of this machine; trains for a moment to measure it. */
  measureSpeed(configs: readonly Config[], dataset: SharedDataset): Promise<number>;
}

/**
 * Turns runs into predictions. The same run gives the same bits again, alone or beside others, in one go or from a checkpoint,
 * on every machine on which the trainer has the same id. Loaded in every worker thread. (A program of
 * the user's own may give other bits; its results are then those of the attempt that ended.)
 *
 * A trainer that chooses an epoch by the validation rows chooses it once more for every part of them, by the other rows alone, and
 * hands over each part at that epoch: the best of many epochs on its own rows looks better than it is. A trainer that chooses none
 * has nothing to do.
 */
export interface Trainer<Config extends AnyConfig = TrialConfig> {
  /** Identifies everything that decides the bits of a result: name and version, e.g. `native/addon@3`. */
  readonly id: string;
  /** What the trainer runs, if it is not part of this package. */
  readonly program?: Program;
  /** How many runs are worth training together. */
  readonly groupSize: number;
  /** Runs whose configurations give the same key can train together. */
  groupKey(config: Config): string;
  /**
   * Trains runs until each has ended or pauses, or all were asked to stop. The listener receives a result or a failure for every run
   * that ended, `onPaused` for one that pauses, and none of these for a stopped one. Rejects with errors that keep all of them from training.
   */
  train(training: Training<Config>): Promise<'done' | 'stopped'>;
  readonly workload?: Workload<Config>;
}

/** A trainer of any configurations: the one that its configurations are for. */
export type AnyTrainer = Trainer<AnyConfig>;

/** Whether a trainer, or what it computes with, can be used here. */
export interface Availability {
  readonly name: string;
  readonly available: boolean;
  /** Why it is missing, or details of what is available; may be ''. */
  readonly reason: string;
}

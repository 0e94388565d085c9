import type { MetricName } from '../../metric.js';
import type { ParameterValue } from '../../program.js';

interface GivenParameters {
  readonly [name: string]: ParameterValue;
}

/** The prepared data of the spec, the same memory for all runs: read it, never write to it. */
export interface ModuleData {
  readonly rowCount: number;
  readonly featureCount: number;
  readonly featureNames: readonly string[];
  /** rowCount × featureCount, row-major, scaled and encoded. */
  readonly features: Float32Array;
  /** The class index of every row. */
  readonly labels: Int32Array;
  /** Row positions of each split, ascending. */
  readonly split: {
    readonly train: Int32Array;
    readonly validation: Int32Array;
    readonly test: Int32Array;
  };
  /** Names of the classes, in the order of their indices. */
  readonly classNames: readonly string[];
  /** Indices of the classes that `rare_recall` averages over. */
  readonly rareClasses: readonly number[];
}

/** What a module tells of an epoch; every key but `epoch` is optional, and others are ignored. Values may be NaN. */
export type ModuleEpoch = {
  /** Counts up from 1. */
  readonly epoch: number;
  readonly train_loss?: number | null;
  readonly train_accuracy?: number | null;
  readonly validation_loss?: number | null;
} & { readonly [name in MetricName]?: number | null };

/** Values of the rows of a split in the order of its positions, or the path of a `.npy`, `.csv` or `.parquet` file with them. */
export type ModuleValues<Value> = ArrayLike<Value> | string;

/** What a module tells of a split: predictions, probabilities or logits of every row, or metrics alone. */
export type ModuleSplit = {
  /** Class names or class indices. */
  readonly predictions?: ModuleValues<string | number | boolean>;
  /** rows × classes, nested or in one typed array row by row; every row adds up to 1. */
  readonly probabilities?: ModuleValues<ArrayLike<number> | number>;
  /** rows × classes, nested or in one typed array row by row. */
  readonly logits?: ModuleValues<ArrayLike<number> | number>;
  /** The true classes; only where the spec has no `data:`. */
  readonly labels?: ModuleValues<string | number | boolean>;
  /** The mean of the module's own loss. */
  readonly loss?: number;
} & { readonly [name in MetricName]?: number };

/** What a module answers at the end. */
export interface ModuleResult {
  readonly validation: ModuleSplit;
  readonly test: ModuleSplit;
  /** The epoch whose weights answer; by default the last one that was told. */
  readonly epoch?: number;
  /** By default `epochs`. */
  readonly stopped_by?: 'epochs' | 'patience';
  /** Names of the classes in the order of indices; only where the spec has no `data:`. */
  readonly classes?: readonly (string | number | boolean)[];
  /** A file with the trained model, to be kept with the run; its path, in `checkpoints` unless it is absolute. */
  readonly model?: string;
}

/** A run to train, as a module gets it. */
export interface ModuleRun<Config extends object = GivenParameters> {
  /** The parameters that the spec gives, and nothing else. */
  readonly config: Config;
  /** Draw everything random from it. */
  readonly seed: number;
  readonly run: { readonly id: string; readonly sweep: string };
  /** Null where the spec has no `data:`. */
  readonly data: ModuleData | null;
  /** An existing folder of the run's own: what is in it stays until the run has its result. */
  readonly checkpoints: string;
  /** When the run must have ended, Unix time in seconds; null for no limit. */
  readonly deadline: number | null;
  /** Tells an epoch. */
  epoch(told: ModuleEpoch): void;
  /**
   * Whether to end now; ask after every epoch or oftener, and let other tasks of the thread run in between (`await`). Then save into
   * `checkpoints` and return nothing, to be trained again later, or a result if there is one. It is also true after an epoch at which a
   * search with `stop:` judges the run, if that epoch told the metric.
   */
  shouldStop(): boolean;
}

/** Trains a run. Nothing as a result means that it was asked to stop. */
export type ModuleTrain<Config extends object = GivenParameters> = (
  run: ModuleRun<Config>,
) => ModuleResult | undefined | Promise<ModuleResult | undefined>;

/**
 * The types of a module that trains, for `train: {module: ./my-model.mjs}`; gives back what it gets.
 *
 * ```js
 * import { defineTrainer } from 'focalsweep';
 * export const train = defineTrainer(async ({ config, seed, data, epoch, shouldStop }) => {
 *   // … train on the rows data.split.train, and after every epoch:
 *   epoch({ epoch: 1, train_loss: 0.9, macro_f1: 0.4 });
 *   return { validation: { predictions }, test: { predictions: ofTest } };
 * });
 * ```
 *
 * A module is loaded once per thread and trains one run after the other there: it must keep nothing of a run for the next one.
 */
export function defineTrainer<Config extends object = GivenParameters>(
  train: ModuleTrain<Config>,
): ModuleTrain<Config> {
  return train;
}

import type { DataCard } from '../data/dataset.js';
import type { NamedBaseline } from '../knobs/plain-loss.js';
import type { Metric } from '../metric.js';
import type { CostMatrix, KeepWord, Run, SplitName, Trial } from '../sweep.js';

/** A dataset as stored, with everything that is needed to read results by name. */
export interface DatasetRecord {
  readonly fingerprint: string;
  readonly rowCount: number;
  readonly featureCount: number;
  readonly classNames: readonly string[];
  readonly rareClasses: readonly number[];
  /** Rows per class, in class order. */
  readonly support: { readonly [name in SplitName]: readonly number[] };
  /** True class of every validation row and test row, in the order of predictions; with `validationRows`, of every row of the pool. */
  readonly validationLabels: Uint16Array;
  /**
   * By seed, where each has a split of its own: which rows of the pool, all those that are no test rows, its validation rows are.
   * `support` is then that of one split.
   */
  readonly validationRows?: ReadonlyMap<number, Uint32Array>;
  readonly testLabels: Uint16Array;
  readonly card: DataCard;
}

/** A sweep as it was planned. */
export interface SweepRecord {
  readonly name: string;
  readonly description: string;
  /** The spec as the user wrote it. */
  readonly specText: string;
  /** Absolute path of the spec; relative paths in it start there. */
  readonly specFile: string;
  readonly metric: Metric;
  /** What mistakes cost; absent or null if the spec does not say. */
  readonly costs?: CostMatrix | null;
  /** What the others are compared with; absent or null for plain cross-entropy. */
  readonly baseline?: NamedBaseline;
  /** The ids of all that trains it, as one text. */
  readonly engine: string;
  readonly dataset: DatasetRecord;
  readonly trials: readonly Trial[];
  readonly runs: readonly Run[];
  /** Keep the logits of every run, not only of the five best, the baseline and the Pareto front. */
  readonly storeLogits?: boolean;
  /** Whose models are kept; by default those of the front. */
  readonly keep?: KeepWord;
}

import type { CountMetric, Metric } from '../../metric.js';

/** Runs on the same rows, grouped into trials. */
export interface BootstrapRows {
  /** True class of each row. */
  readonly labels: Uint16Array;
  readonly rareClasses: readonly number[];
  readonly classCount: number;
  /** The sweep's metric, whose parameter counts. */
  readonly metric?: Metric | undefined;
  /** Per trial, per seed, the predicted class of each row. */
  readonly trials: readonly (readonly Uint16Array[])[];
  /** Per trial, per seed, which of the rows the run predicts, ascending, where each seed has its own; otherwise all of them. */
  readonly rowsOf?: readonly (readonly Uint32Array[])[] | undefined;
}

/** One metric of one trial under resampled rows. */
export interface RowDraws {
  /** Mean over the trial's runs, per draw. */
  readonly means: Float64Array;
  /** Variance over draws of a single run, averaged over the trial's runs. */
  readonly runVariance: number;
  /** Per run, its draws; only where each seed has rows of its own. */
  readonly runs?: readonly Float64Array[];
}

export interface BootstrapOptions {
  readonly draws: number;
  readonly seed: number;
}

/** Per metric, per trial, its draws. */
export type RowDrawsByMetric<Name extends CountMetric = CountMetric> = ReadonlyMap<Name, readonly RowDraws[]>;

/** Gives what `rowBootstrap` gives, perhaps from several threads: the draws of a trial do not depend on other trials. */
export type RowBootstrap = (
  rows: BootstrapRows,
  metrics: readonly CountMetric[],
  options: BootstrapOptions,
) => Promise<RowDrawsByMetric>;

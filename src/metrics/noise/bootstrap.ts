import type { DrawnMetric, Metric } from '../../metric.js';
import type { CostMatrix, Interval } from '../../sweep.js';
import type { Margins } from '../margin-metrics.js';

/** Draws behind an interval, unless they would take too long. */
export const MOST_DRAWS = 2000;
/** Fixed, so that the same store gives the same report, and that what is drawn at other times is drawn together. */
export const RESAMPLE_SEED = 0;

/** Runs on the same rows, grouped into trials. */
export interface BootstrapRows {
  /** True class of each row. */
  readonly labels: Uint16Array;
  readonly rareClasses: readonly number[];
  readonly classCount: number;
  /** The sweep's metric, whose parameter counts. */
  readonly metric?: Metric | undefined;
  /** By true class, then predicted class; expected_cost is drawn only with them. */
  readonly costs?: CostMatrix | undefined;
  /** Per trial, per seed, the predicted class of each row. */
  readonly trials: readonly (readonly Uint16Array[])[];
  /** Per trial, per seed, which of the rows the run predicts, ascending, where each seed has its own; otherwise all of them. */
  readonly rowsOf?: readonly (readonly Uint32Array[])[] | undefined;
  /** Which group each row is of, where rows come in groups: rows of one group are drawn together. */
  readonly groups?: Uint32Array | undefined;
}

/** One metric of one trial under resampled rows. */
export interface RowDraws {
  /** Mean over the trial's runs, per draw. */
  readonly means: Float64Array;
  /** Variance over draws of a single run, averaged over the trial's runs. */
  readonly runVariance: number;
  /** Per run, its draws; only where each seed has rows of its own. */
  readonly runs?: readonly Float64Array[];
  /** How far below (negative) and above the mean the metric may lie because of rows, 95 %; by default as the draws do. */
  readonly reach?: Interval;
}

export interface BootstrapOptions {
  readonly draws: number;
  readonly seed: number;
}

/** Per metric, per trial, its draws. */
export type RowDrawsByMetric<Name extends DrawnMetric = DrawnMetric> = ReadonlyMap<Name, readonly RowDraws[]>;

/** Gives what `rowBootstrap` gives, perhaps from several threads: the draws of a trial do not depend on other trials. */
export type RowBootstrap = (
  rows: BootstrapRows,
  metrics: readonly DrawnMetric[],
  options: BootstrapOptions,
) => Promise<RowDrawsByMetric>;

/** A metric that is measured in every draw. */
export interface Measure<Name extends DrawnMetric = DrawnMetric> {
  readonly name: Name;
  of(margins: Margins): number;
}

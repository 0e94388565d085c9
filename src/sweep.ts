import type { TrialConfig } from './knobs/knobs.js';
import type { MetricValues, ScoredMetric } from './metric.js';
import type { ProgramConfig } from './program.js';

export type { TrialConfig } from './knobs/knobs.js';
export { type CostMatrix, METRIC_NAMES, type Metric, type MetricName, type MetricValues } from './metric.js';

/** The configuration of a run, whatever trains it. */
export type AnyConfig = TrialConfig | ProgramConfig;

/** The per-class weights α of the focal loss: numbers, a scheme, or weights by class name. */
export type AlphaScheme = TrialConfig['alpha'];
export type Activation = TrialConfig['activation'];
export type Optimizer = TrialConfig['optimizer'];
export type BatchSampler = TrialConfig['sampler'];

/** A point of the search space: the axes' values by knob name. */
export interface ParameterPoint {
  readonly [parameter: string]: unknown;
}

/** A point, and the space that it is of where a sweep has several. */
export type SpacePoint = ParameterPoint & { readonly space?: string | undefined };

/** A configuration of a sweep. */
export interface Trial {
  /** Content hash of config, data, metric and engine. */
  readonly trialId: string;
  /** The id of what trains it. */
  readonly engine: string;
  /** The one of the sweep's `spaces` that it is of; absent where the spec has no such list. */
  readonly space?: string | undefined;
  /** Only the axes' values, for people. */
  readonly point: ParameterPoint;
  readonly config: AnyConfig;
  /** Added by the planner as the cross-entropy baseline, not a point of the user's grid. */
  readonly addedBaseline: boolean;
}

/** A trial trained with one seed. */
export interface Run {
  /** Content hash of the trial and the seed. */
  readonly runId: string;
  readonly trialId: string;
  readonly seed: number;
}

export type RunState = 'waiting' | 'running' | 'complete' | 'pruned' | 'failed' | 'interrupted';
/** States in which a run is not trained any more; a pruned run is trained again if another search asks for it. */
export const SETTLED: readonly RunState[] = ['complete', 'failed'];
/** The start of the error of a run whose loss is no longer finite. */
export const DIVERGED = 'training diverged';
export type SplitName = 'train' | 'validation' | 'test';

/** Training and validation after one epoch; epochs count from 1. Accuracies are fractions. */
export interface EpochRecord {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly validationLoss: number;
  readonly validation: MetricValues;
}

/** Per class: fractions, and support in rows. */
export interface ClassMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
  /** How well the class's probability ranks the rows; absent where there are no probabilities, or no row of the class. */
  readonly ranking?: ClassRanking;
}

/** One class against the rest, as scikit-learn has it; NaN where every row is of the class. */
export interface ClassRanking {
  readonly averagePrecision: number;
  readonly rocAuc: number;
  readonly recallAtPrecision: number;
  readonly recallAtFpr: number;
  readonly precisionAtK: number;
}

/** The performance of the chosen weights on a split. */
export interface SplitResult {
  /** The mean of the run's own loss. */
  readonly loss: number;
  readonly metrics: MetricValues;
  readonly classes: readonly ClassMetrics[];
  /** classes × classes, row-major: true class by row, predicted by column. */
  readonly confusion: Uint32Array;
  /** Predicted class of each row of the split, in the split's row order. */
  readonly predictions: Uint16Array;
}

/** The mean over several shuffles, and their standard deviation; NaN after one shuffle. */
export interface MetricDrop {
  readonly mean: number;
  readonly sd: number;
}

/** The true labels of the rows that a program with its own data predicts. */
export interface ToldLabels {
  /** The label set, in the order of indices. */
  readonly classNames: readonly string[];
  readonly validation: Uint16Array;
  readonly test: Uint16Array;
}

/** What a column of the source means to the model of a run. */
export interface ColumnImportance {
  readonly column: string;
  /** Its share of the gain of all splits of the trees; null for a model without trees. */
  readonly gainShare: number | null;
  /** What the metrics of the validation rows lose when the column is shuffled among them; null where it was not measured. */
  readonly drops: { readonly macroF1: MetricDrop; readonly rareRecall: MetricDrop } | null;
}

/** By metric of probabilities, its value in each draw of a split's rows. */
export type ScoreDraws = ReadonlyMap<ScoredMetric, Float32Array>;

/** The result of a finished run. */
export interface RunResult {
  readonly runId: string;
  readonly epochs: readonly EpochRecord[];
  /** The epoch whose weights are kept. */
  readonly chosenEpoch: number;
  readonly stoppedBy: 'epochs' | 'patience';
  readonly validation: SplitResult;
  readonly test: SplitResult;
  /**
   * Validation logits, rows × classes: the distance below the largest of the row, in LOGIT_STEPS per nat, limited to the
   * range of the type. Softmax, arg-max and shifts by class need no more.
   */
  readonly validationLogits?: Uint16Array;
  /** The same of the test rows. */
  readonly testLogits?: Uint16Array;
  /** Of the metrics that somebody wants intervals of. They are no part of what results are compared by. */
  readonly scoreDraws?: { readonly [split in 'validation' | 'test']: ScoreDraws };
  /** By column, where the trainer says it. It is no part of what results are compared by. */
  readonly columnImportance?: readonly ColumnImportance[];
}

/** Of which configurations the weights are kept: of the best baseline, the best other one, the five best and the Pareto front, of the best, of all, or of none. */
export const KEEP_WORDS = ['front', 'best', 'all', 'none'] as const;
export type KeepWord = (typeof KEEP_WORDS)[number];

/** Steps per nat of stored logits: 64 nats fit into 16 bits. */
export const LOGIT_STEPS = 1024;

/** A 95 % interval, in the units of its estimate. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

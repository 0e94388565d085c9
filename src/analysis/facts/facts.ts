import type { Metric, MetricName, MetricValues } from '../../metric.js';
import type { DecisionEffect } from '../../metrics/decisions/decisions.js';
import type { LogitAdjustment } from '../../metrics/decisions/logit-adjustment.js';
import type { StatedThreshold } from '../../metrics/decisions/stated-limits.js';
import type { DrawnScores } from '../../metrics/noise/scores/drawn-scores.js';
import type { RankedRows } from '../../metrics/noise/scores/score-noise.js';
import type { ScoreCurves } from '../../metrics/score-curves.js';
import type { BudgetEnd } from '../../search/budget-end.js';
import type { RungDecision } from '../../search/decision.js';
import type { Aim } from '../../spec/aims.js';
import type { Shard } from '../../spec/settings/shard.js';
import type {
  AttemptRow,
  DatasetRecord,
  RunDetail,
  RunRow,
  SweepDetail,
  TrialRow,
} from '../../store/store.js';
import type {
  ClassMetrics,
  ColumnImportance,
  CostMatrix,
  EpochRecord,
  RunState,
  ScoreDraws,
  Trial,
} from '../../sweep.js';

export type {
  AttemptRow,
  DatasetRecord,
  RunDetail,
  RunRow,
  SweepDetail,
  TrialRow,
} from '../../store/store.js';

/** Predicted class of each row of a split, by run id. */
export type Predictions = ReadonlyMap<string, Uint16Array>;
/** Metrics of each class on the validation rows, by run id. */
export type ClassScores = ReadonlyMap<string, readonly ClassMetrics[]>;

/** What configurations are chosen for, and which differences do not matter. */
export interface Choosing {
  readonly aims: readonly Aim[];
  readonly equivalent: number;
}

/** What a sweep's configurations are ranked by: the validation scores of all finished runs. */
export interface ScoreFacts {
  readonly sweep: SweepDetail;
  readonly choosing: Choosing;
  /** In plan order. */
  readonly trials: readonly TrialRow[];
  /** Finished runs, by trial position, then seed. */
  readonly runs: readonly RunRow[];
  readonly predictions: Predictions;
  readonly drawnScores: DrawnScores;
  /** Null for a sweep that has decided at no rung. */
  readonly race: RaceFacts | null;
  /** How a budget has ended the search last; null if none has. */
  readonly budgetEnd: BudgetEnd | null;
  /** The shards that were trained or merged here; none of a sweep that was always launched whole. */
  readonly shards: readonly Shard[];
}

/** What a search has decided at its rungs. */
export interface RaceFacts {
  readonly rungs: readonly RungDecision[];
  /** Epochs so far, by trial id. */
  readonly epochs: ReadonlyMap<string, number>;
  /** Of each configuration. */
  readonly seeds: number;
}

/** What a ranking also shows of the baseline and of the chosen configurations. */
export interface RankingFacts extends ScoreFacts {
  /** On the test rows, by run id. */
  readonly testMetrics: ReadonlyMap<string, MetricValues>;
  readonly testPredictions: Predictions;
  readonly testDrawnScores: DrawnScores;
  readonly ensembles: Ensembles;
  readonly classScores: ClassScores;
  readonly rareFactors: RareFactors;
}

/** Rows of a split as they are decided, and what that is worth. */
export interface DecidedRows {
  readonly predictions: Uint16Array;
  readonly metrics: MetricValues;
}

/** A run where each rare class counts more often. */
export interface FactorRun {
  /** Of its own, since it has predictions of its own. */
  readonly runId: string;
  readonly validation: DecidedRows;
  readonly test: DecidedRows;
}

/** By trial id, for each of RARE_FACTORS, every run of the trial. */
export type RareFactors = ReadonlyMap<string, readonly (readonly FactorRun[])[]>;

/** What the seeds of a configuration predict together on the test rows. */
export interface EnsembleScores {
  /** Those of probabilities only where the sweep is ranked by one, or chosen for one. */
  readonly metrics: MetricValues;
  readonly predictions: Uint16Array;
  /** Of these, where they were drawn for every seed. */
  readonly drawn?: {
    readonly draws: ScoreDraws;
    readonly classes: readonly RankedRows[];
  };
}
/** By trial id. */
export type Ensembles = ReadonlyMap<string, EnsembleScores>;

/** The state of a run of the sweep. */
export interface RunEnd {
  readonly trialId: string;
  readonly seed: number;
  readonly state: RunState;
  readonly error: string | null;
}

/** A threshold on the probability of a class that keeps a limit. */
export interface ClassThreshold extends StatedThreshold {
  readonly classIndex: number;
  readonly limit: 'precision' | 'fpr';
  readonly value: number;
}

/** What a shown run's stored logits say. */
export interface RunScores {
  readonly curves: ScoreCurves;
  readonly decisions: readonly DecisionEffect[];
  readonly thresholds: readonly ClassThreshold[];
}

/** Everything that a report needs. */
export interface SweepFacts extends RankingFacts {
  /** Epochs of the configurations whose learning curves are shown, by run id. */
  readonly epochs: ReadonlyMap<string, readonly EpochRecord[]>;
  /** Validation confusion of the baseline and of the chosen, summed over runs, by trial id: classes × classes. */
  readonly confusions: ReadonlyMap<string, Uint32Array>;
  /** Of the runs whose logits are kept, by run id. */
  readonly adjustments: ReadonlyMap<string, LogitAdjustment>;
  /** What the kept logits of the best baseline and the best other say, by run id. */
  readonly scores: ReadonlyMap<string, RunScores>;
  /** What columns mean to the runs of the baseline and of the chosen configurations, by run id. */
  readonly columnImportance: ReadonlyMap<string, readonly ColumnImportance[]>;
  /** In the order in which they started. */
  readonly attempts: readonly AttemptRow[];
  /** Of every run, finished or not. */
  readonly ends: readonly RunEnd[];
  /** Configurations of the sweeps that this one was suggested from. */
  readonly earlierTrials: readonly Trial[];
  /** Of all sweeps of the database. */
  readonly sweepNames: readonly string[];
}

/** What one of the words given to `compare` refers to. */
export interface SideFacts {
  readonly given: string;
  readonly kind: 'run' | 'trial' | 'sweep';
  readonly trial: Trial;
  /** Finished runs, by seed; one run if the word refers to a run. */
  readonly runs: readonly RunRow[];
  readonly source: string;
  /** The id of what trained the runs. */
  readonly engine: string;
  readonly dataset: DatasetRecord;
  /** Of the sweep that it is read from. */
  readonly metric: Metric;
  readonly costs: CostMatrix | null;
  readonly predictions: Predictions;
  readonly classScores: ClassScores;
  /** Metrics of probabilities in each draw of the rows, by run id. */
  readonly scoreDraws: DrawnScores['draws'];
}

/** Everything that `show` prints about a run. */
export interface RunFacts {
  readonly kind: 'run';
  readonly detail: RunDetail;
  /** From the first of its sweeps; null without a result. */
  readonly dataset: DatasetRecord | null;
  /** What chooses its epochs; null where no sweep has it any more. */
  readonly metric: MetricName | null;
}

/** A run of a configuration, in any state. */
export interface TrialRunFacts {
  readonly runId: string;
  readonly seed: number;
  readonly state: RunState;
  readonly epochsTrained: number | null;
  readonly error: string | null;
  /** Null before it has finished, or if the metric is not a number. */
  readonly validation: { readonly [name in keyof MetricValues]: number | null };
}

/** Everything that `show` prints about a configuration. */
export interface TrialFacts {
  readonly kind: 'trial';
  /** Its name in tables. */
  readonly name: string;
  readonly trial: Trial;
  readonly sweeps: readonly string[];
  /** By seed. */
  readonly runs: readonly TrialRunFacts[];
  /** From the first of its sweeps, as the engine is; null before a run has finished. */
  readonly dataset: DatasetRecord | null;
  readonly engine: string | null;
  readonly classScores: ClassScores;
}

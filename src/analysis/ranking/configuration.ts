import type { MetricName } from '../../metric.js';
import type { Estimate } from '../../metrics/estimates/estimate-trials.js';
import type { SeedSummary } from '../../metrics/estimates/seed-statistics.js';
import type { AnyConfig, Interval, ParameterPoint } from '../../sweep.js';
import type { RunRow } from '../facts/facts.js';

export type { Estimate } from '../../metrics/estimates/estimate-trials.js';

export type MetricSummaries = { readonly [name in MetricName]: SeedSummary };

export const ESTIMATED_METRICS = ['macro_f1', 'rare_recall', 'worst_recall'] as const;
export type EstimatedMetric = (typeof ESTIMATED_METRICS)[number];

/** `equivalent`: the interval lies within the region of practical equivalence. `one seed`: luck with seeds is unknown. `not judged`: of the worst recall, and in comparisons of what sides measure differently. */
export type Verdict = 'better' | 'worse' | 'equivalent' | 'no evidence' | 'one seed' | 'not judged';

/** A configuration minus the cross-entropy baseline, on the same seeds and rows. */
export interface Difference {
  readonly mean: number;
  /** 95 %, simultaneous over all configurations of the sweep. */
  readonly interval: Interval;
  /** Standard error of this difference alone. */
  readonly error: number;
  readonly verdict: Verdict;
}

/** A configuration with the results of its finished seeds on the validation rows. */
export interface Configuration {
  /** From 1; configurations without a finished seed are not ranked. */
  readonly rank: number;
  readonly trialId: string;
  /** Null where the sweep has no list of spaces. */
  readonly space: string | null;
  /** Begins with the space, where there are several. */
  readonly label: string;
  readonly point: ParameterPoint;
  readonly config: AnyConfig;
  readonly isCrossEntropy: boolean;
  /** Added by the planner as a baseline, not a point of the user's grid. */
  readonly addedBaseline: boolean;
  readonly seeds: readonly number[];
  readonly runs: readonly RunRow[];
  readonly metrics: MetricSummaries;
  readonly estimates: { readonly [name in EstimatedMetric]: Estimate };
  /** Of the ranking metric. */
  readonly ranked: Estimate;
  /** Epochs trained, mean over seeds. */
  readonly epochs: number;
  /** Share of the bootstrap draws in which this configuration is the best. */
  readonly bestProbability: number;
  /** 95 %: ranks that cannot be excluded. */
  readonly rankInterval: Interval;
  /** The error of its difference from the best in the ranking metric, and how many errors are beyond chance; null for the best. */
  readonly behindBest: { readonly error: number; readonly critical: number } | null;
  /** Cannot be told from the best; in at least 95 % of sweeps the true best is one of these. */
  readonly isTied: boolean;
  /** Share of the bootstrap draws in which no other is better in macro-F1 and in rare recall. */
  readonly undominated: number;
  /** In at least half of them. */
  readonly isParetoOptimal: boolean;
  /** Null for the baseline, and without a finished one. */
  readonly versusBaseline: {
    readonly ranked: Difference;
    readonly macro_f1: Difference;
    readonly rare_recall: Difference;
  } | null;
}

/** How much better a metric is on validation than on test: what selection flattered, and chance. */
export interface OptimismGap {
  readonly mean: number;
  readonly interval: Interval;
}

/** A metric of an ensemble beside that of its seeds. Intervals are 95 %, over rows alone; NaN where the metric does not follow from predictions. */
export interface EnsembleFigure {
  readonly mean: number;
  readonly interval: Interval;
  /** Mean over the seeds, each alone. */
  readonly single: number;
  /** What the ensemble has more. */
  readonly gain: { readonly mean: number; readonly interval: Interval };
}

/** The seeds of a configuration together, by the mean of their probabilities. */
export interface Ensemble {
  readonly seeds: number;
  /** The ranking metric first. */
  readonly of: ReadonlyMap<MetricName, EnsembleFigure>;
}

/** A configuration on the test rows, which are not used for ranking. */
export interface Confirmation {
  readonly trialId: string;
  readonly label: string;
  readonly isCrossEntropy: boolean;
  readonly ranked: Estimate;
  readonly macro_f1: Estimate;
  readonly rare_recall: Estimate;
  /** These, and the metrics that aims name. */
  readonly of: ReadonlyMap<MetricName, Estimate>;
  /** Of the ranking metric, and of rare recall. */
  readonly optimism: { readonly ranked: OptimismGap; readonly rare_recall: OptimismGap };
  /** Null for one seed, and where not every seed has stored logits. */
  readonly ensemble: Ensemble | null;
}

import type { Estimate } from '../metrics/estimates/estimate-trials.js';
import type { SeedSummary } from '../metrics/estimates/seed-statistics.js';
import type { Interval, MetricName, ParameterPoint, TrialConfig } from '../sweep.js';
import type { RunRow, SweepDetail } from './facts/facts.js';

export type { Estimate } from '../metrics/estimates/estimate-trials.js';

export type MetricSummaries = { readonly [name in MetricName]: SeedSummary };

export const ESTIMATED_METRICS = ['macro_f1', 'rare_recall', 'worst_recall'] as const;
export type EstimatedMetric = (typeof ESTIMATED_METRICS)[number];

export type Verdict = 'better' | 'worse' | 'no evidence';

/** A configuration less the cross-entropy baseline: same seeds, same rows. */
export interface Difference {
  readonly mean: number;
  /** 95 % for all configurations of the sweep at once. */
  readonly interval: Interval;
  readonly verdict: Verdict;
}

/** A configuration with what its finished seeds give on the validation rows. */
export interface Configuration {
  /** From 1; configurations without a finished seed are not ranked. */
  readonly rank: number;
  readonly trialId: string;
  readonly label: string;
  readonly point: ParameterPoint;
  readonly config: TrialConfig;
  readonly isCrossEntropy: boolean;
  /** Added by the planner as a baseline, not a point of the user's grid. */
  readonly addedBaseline: boolean;
  readonly seeds: readonly number[];
  readonly runs: readonly RunRow[];
  readonly metrics: MetricSummaries;
  readonly estimates: { readonly [name in EstimatedMetric]: Estimate };
  /** Of the metric that ranks. */
  readonly ranked: Estimate;
  /** Epochs trained, mean over seeds. */
  readonly epochs: number;
  /** Share of the draws in which this configuration is the best of all. */
  readonly bestProbability: number;
  /** 95 %: ranks that cannot be excluded. */
  readonly rankInterval: Interval;
  /** Cannot be told from the best; the set of these holds the true best in at least 95 % of sweeps. */
  readonly isTied: boolean;
  readonly isParetoOptimal: boolean;
  /** Null without a finished baseline, and for the baseline itself. */
  readonly versusBaseline: {
    readonly ranked: Difference;
    readonly macro_f1: Difference;
    readonly rare_recall: Difference;
  } | null;
}

/** A share of rows with its Wilson interval. */
export interface Recall {
  readonly mean: number;
  readonly interval: Interval;
}

/** Recall of one class on the validation rows, mean over seeds. */
export interface ClassRecall {
  readonly name: string;
  readonly rare: boolean;
  readonly trainRows: number;
  readonly validationRows: number;
  readonly challenger: Recall | null;
  readonly baseline: Recall | null;
}

/** A configuration on the test rows, which ranked nothing. */
export interface Confirmation {
  readonly trialId: string;
  readonly label: string;
  readonly isCrossEntropy: boolean;
  readonly ranked: Estimate;
  readonly macro_f1: Estimate;
  readonly rare_recall: Estimate;
  /** How much better the metric that ranks looked on validation than it is on test: what selection flattered. */
  readonly optimismGap: number;
}

/** The chosen configuration less the baseline on the test rows, same seeds and rows; a single comparison at 95 %. */
export interface TestDifference {
  readonly ranked: Difference;
  readonly macro_f1: Difference;
  readonly rare_recall: Difference;
}

/** One value of an axis, averaged over all other axes. */
export interface AxisValue {
  readonly value: unknown;
  readonly label: string;
  readonly mean: number;
  readonly interval: Interval;
  readonly rareRecall: number;
  readonly configurations: number;
  /** Cannot be told from the best value at 95 %; true for that itself. */
  readonly isTied: boolean;
}

/** What an axis does to the metric that ranks. */
export interface AxisImportance {
  readonly knob: keyof TrialConfig;
  /** Of the variance between the grid's configurations, from the axis alone. */
  readonly share: number;
  readonly values: readonly AxisValue[];
  readonly best: AxisValue;
  /** False where no two of its values can be told apart at 95 %. */
  readonly matters: boolean;
}

/** Share of the variance that two axes have together beyond what each has alone. */
export interface PairImportance {
  readonly knobs: readonly [keyof TrialConfig, keyof TrialConfig];
  readonly share: number;
}

/** Functional ANOVA over the user's grid. */
export interface Importance {
  /** Most important first. */
  readonly axes: readonly AxisImportance[];
  readonly pairs: readonly PairImportance[];
  /** False where cells of the grid have no result yet, so that the shares are approximate. */
  readonly isFullGrid: boolean;
}

/** Means over the seeds that were still training in that epoch. */
export interface CurvePoint {
  readonly epoch: number;
  readonly seeds: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly trainAccuracy: number;
  readonly accuracy: number;
  readonly macro_f1: number;
  readonly rare_recall: number;
}

export interface LearningCurve {
  readonly trialId: string;
  readonly label: string;
  readonly isBaseline: boolean;
  readonly points: readonly CurvePoint[];
  /** Per seed, the epoch whose weights count. */
  readonly chosenEpochs: readonly number[];
}

/** Validation confusion, summed over seeds: classes × classes, true class by row. */
export interface ConfusionView {
  readonly trialId: string;
  readonly label: string;
  readonly counts: readonly (readonly number[])[];
}

/** What stored logits give without training: each half of the validation rows as tuned on the other half. */
export interface PostHocResult {
  readonly trialId: string;
  readonly label: string;
  readonly isCrossEntropy: boolean;
  /** Seeds whose logits are stored. */
  readonly seeds: number;
  /** Logit adjustment z − τ · log π; mean of the τ chosen. */
  readonly tau: number;
  readonly macro_f1: { readonly before: number; readonly after: number };
  readonly rare_recall: { readonly before: number; readonly after: number };
  /** softmax(z / T); mean of the T chosen. */
  readonly temperature: number;
  readonly log_loss: { readonly before: number; readonly after: number };
}

/** A change of the spec: the value at a path. */
export interface SpecChange {
  readonly path: readonly string[];
  readonly value: unknown;
}

export interface Advice {
  /** Stable word for scripts: `edge-of-grid`, `more-seeds` … */
  readonly id: string;
  readonly title: string;
  /** What was seen, with numbers. */
  readonly evidence: string;
  /** What to change, in words. */
  readonly action: string;
  readonly changes: readonly SpecChange[];
}

/** One attempt at training a run; milliseconds since the first attempt's start. */
export interface TimelineEntry {
  readonly runId: string;
  readonly label: string;
  /** Null for a run without a result. */
  readonly seed: number | null;
  readonly worker: number;
  readonly startMs: number;
  /** Null while it trains, or where its process died. */
  readonly endMs: number | null;
  readonly failed: boolean;
}

/** Sentences for people who read no further. */
export interface Headline {
  readonly winner: string;
  readonly ties: string;
  readonly versusBaseline: string;
  /** On rows that ranked nothing; what `report --confirm` prints. */
  readonly confirmation: string;
}

/** What advice is made from. */
export type Findings = Omit<SweepReport, 'advice'>;

/** What is believed of a sweep's configurations: a report's first half, and what a launch ends with. */
export interface Ranking {
  readonly sweep: SweepDetail;
  readonly headline: Headline | null;
  /** Best first. */
  readonly configurations: readonly Configuration[];
  readonly best: Configuration | null;
  /** The cross-entropy configuration that ranks highest. */
  readonly baseline: Configuration | null;
  /** The configuration that ranks highest among the others. */
  readonly challenger: Configuration | null;
  readonly classes: readonly ClassRecall[];
  /** Baseline, then challenger. */
  readonly confirmations: readonly Confirmation[];
  readonly testDifference: TestDifference | null;
  /** Bootstrap draws behind the intervals. */
  readonly draws: number;
}

/** All that a report shows, computed once for every renderer. */
export interface SweepReport extends Ranking {
  readonly importance: Importance | null;
  /** The top configurations and the baseline. */
  readonly curves: readonly LearningCurve[];
  /** Of `baseline` and of `challenger`, those that there are. */
  readonly confusions: readonly ConfusionView[];
  readonly postHoc: readonly PostHocResult[];
  readonly advice: readonly Advice[];
  /** Every attempt at a run, in order of start. */
  readonly timeline: readonly TimelineEntry[];
}

import type { Interval, TrialConfig } from '../../sweep.js';
import type { Ranking } from '../ranking/ranking.js';

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
  /** Of the means. */
  readonly highestMacroF1: number;
  readonly lastTrainLoss: number;
}

/** Validation confusion, summed over seeds: classes × classes, true class by row. */
export interface ConfusionView {
  readonly trialId: string;
  readonly label: string;
  readonly counts: Matrix;
  /** Of each true class's rows; 0 where it has none. */
  readonly shares: Matrix;
}

/** By rows. */
export type Matrix = readonly (readonly number[])[];

/** The values of a knob in which configurations differ, in natural order. */
export interface KnobLevels {
  readonly knob: keyof TrialConfig;
  readonly labels: readonly string[];
  /** Every value is a number. */
  readonly isNumeric: boolean;
}

/** A metric over two knobs, means over all others, a panel for each value of a third. */
export interface GridMap {
  readonly metric: 'macro_f1' | 'rare_recall';
  readonly rows: KnobLevels;
  readonly columns: KnobLevels;
  /** Null where there is one panel. */
  readonly panelKnob: keyof TrialConfig | null;
  readonly panels: readonly {
    /** Null where there is one panel. */
    readonly level: string | null;
    readonly cells: readonly { readonly row: number; readonly column: number; readonly value: number }[];
  }[];
  /** Of the values of all panels. */
  readonly range: Interval;
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

/** What a sweep tells beyond its ranking; advice is made from it. */
export interface Findings extends Ranking {
  /** Knobs in which configurations differ. */
  readonly axes: readonly KnobLevels[];
  readonly importance: Importance | null;
  /** Of both metrics; none where fewer than two knobs have few values. */
  readonly maps: readonly GridMap[];
  /** The top configurations and the baseline. */
  readonly curves: readonly LearningCurve[];
  /** Of `baseline` and of `challenger`, those that there are. */
  readonly confusions: readonly ConfusionView[];
  /** Shares of the challenger less those of the baseline; null where there are not both. */
  readonly confusionChange: Matrix | null;
  readonly postHoc: readonly PostHocResult[];
  /** Whether adjusting the logits of cross-entropy does as well as training, in a sentence; null where it is not known. */
  readonly freeFix: string | null;
  /** Every attempt at a run, in order of start. */
  readonly timeline: readonly TimelineEntry[];
  /** The metric that ranks of every finished run, in the order in which they finished. */
  readonly course: readonly number[];
}

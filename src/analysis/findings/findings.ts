import type { EpochWord } from '../../knobs/epoch-word.js';
import type { Metric } from '../../metric.js';
import type { DecisionEffect } from '../../metrics/decisions/decisions.js';
import type { AtThreshold } from '../../metrics/decisions/stated-limits.js';
import type { CalibrationBin } from '../../metrics/probability-metrics.js';
import type { Interval } from '../../sweep.js';
import type { AxisPart } from '../axis-parts.js';
import type { ColumnFindings } from '../columns/column-views.js';
import type { Ranking } from '../ranking/ranking.js';

/** One value of an axis, averaged over all other axes. */
export interface AxisValue {
  /** Of a part of a drawn axis the number in its middle. */
  readonly value: unknown;
  readonly label: string;
  /** Of a part, its smallest and its largest number. */
  readonly range?: Interval;
  readonly mean: number;
  readonly interval: Interval;
  readonly rareRecall: number;
  readonly configurations: number;
  /** Tied with the best value at 95 %; true for the best itself. */
  readonly isTied: boolean;
}

/** The effect of an axis on the ranking metric. */
export interface AxisImportance {
  readonly knob: string;
  /** Share of the variance between the grid's configurations that the axis explains alone. */
  readonly share: number;
  readonly values: readonly AxisValue[];
  readonly best: AxisValue;
  /** False if no two of its values can be told apart at 95 %. */
  readonly matters: boolean;
}

/** Share of the variance that two axes explain together beyond each alone. */
export interface PairImportance {
  readonly knobs: readonly [string, string];
  readonly share: number;
}

/** Functional ANOVA over the user's grid. */
export interface Importance {
  /** Most important first. */
  readonly axes: readonly AxisImportance[];
  readonly pairs: readonly PairImportance[];
  /** False if cells of the grid have no result yet: the shares are then approximate. */
  readonly isFullGrid: boolean;
  /** Whether numbers of an axis were drawn: it is then looked at in parts, and chance is taken away from shares. */
  readonly isDrawn?: boolean;
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
  /** `LearningCurve.metric`. */
  readonly ranked: number;
}

export interface LearningCurve {
  readonly trialId: string;
  readonly label: string;
  readonly isBaseline: boolean;
  readonly word: EpochWord;
  readonly points: readonly CurvePoint[];
  /** Per seed, the epoch whose weights are kept. */
  readonly chosenEpochs: readonly number[];
  /** What chooses epochs, or macro-F1 where epochs of older versions do not have it. */
  readonly metric: Metric;
  /** How many epochs all seeds have: after them the mean is of those that are left, and may jump. */
  readonly whole: number;
  /** Of the means of these epochs. */
  readonly best: number;
  readonly lastTrainLoss: number;
}

/** Validation confusion, summed over seeds: classes × classes, true class by row. */
export interface ConfusionView {
  readonly trialId: string;
  readonly label: string;
  readonly counts: Matrix;
  /** Shares of each true class's rows; 0 if it has none. */
  readonly shares: Matrix;
  /** These minus those of the first one; null for the first. */
  readonly change: Matrix | null;
}

/** By rows. */
export type Matrix = readonly (readonly number[])[];

/** A knob in which configurations differ, with its values in natural order. */
export interface KnobLevels {
  readonly knob: string;
  readonly labels: readonly string[];
  /** Of a drawn axis that is shown in parts; their labels are those above. */
  readonly parts?: readonly AxisPart[];
  /** Every value is a number. */
  readonly isNumeric: boolean;
}

/** A metric by two knobs, averaged over all others, with a panel for each value of a third. */
export interface GridMap {
  readonly metric: 'macro_f1' | 'rare_recall';
  readonly rows: KnobLevels;
  readonly columns: KnobLevels;
  /** Null if there is one panel. */
  readonly panelKnob: string | null;
  readonly panels: readonly {
    /** Null if there is one panel. */
    readonly level: string | null;
    readonly cells: readonly { readonly row: number; readonly column: number; readonly value: number }[];
  }[];
  /** Range of the values of all panels. */
  readonly range: Interval;
}

/** The effect of correcting stored logits: each half of the validation rows, tuned on the other half. */
export interface PostHocResult {
  readonly trialId: string;
  readonly label: string;
  readonly isCrossEntropy: boolean;
  /** Seeds whose logits are stored. */
  readonly seeds: number;
  /** Logit adjustment z − τ · log π: the mean of the chosen τ. */
  readonly tau: number;
  readonly macro_f1: { readonly before: number; readonly after: number };
  readonly rare_recall: { readonly before: number; readonly after: number };
  /** softmax(z / T): the mean of the chosen T. */
  readonly temperature: number;
  readonly log_loss: { readonly before: number; readonly after: number };
}

/** How the rows of a class are ranked by its probability, over the seeds. */
export interface ClassCurve {
  readonly name: string;
  readonly rare: boolean;
  /** On the validation split. */
  readonly rows: number;
  /** Null where it was not measured. */
  readonly averagePrecision: number | null;
  /** Mean precision at the recalls 0, 0.02, … 1; empty for a class without rows. */
  readonly precisions: readonly number[];
}

/** The probabilities of a configuration on the validation rows. */
export interface ScoreView {
  readonly trialId: string;
  readonly label: string;
  readonly isCrossEntropy: boolean;
  /** Seeds whose logits are stored. */
  readonly seeds: number;
  readonly classes: readonly ClassCurve[];
  /** Of the top probability, rows of all seeds together; bins without rows are left out. */
  readonly bins: readonly CalibrationBin[];
  /** Of these bins. */
  readonly ece: number;
}

/** What a decision after training gains for a configuration, means over seeds. */
export interface DecisionView extends DecisionEffect {
  readonly trialId: string;
  readonly label: string;
  readonly isCrossEntropy: boolean;
  /** Seeds whose logits are stored. */
  readonly seeds: number;
}

/** A threshold on a class's probability that keeps a limit on the rows that chose it, and what it does on others; means over seeds. */
export interface ThresholdView {
  readonly trialId: string;
  readonly label: string;
  readonly isCrossEntropy: boolean;
  readonly seeds: number;
  readonly className: string;
  readonly limit: 'precision' | 'fpr';
  /** The least precision, or the highest false positive rate. */
  readonly value: number;
  /** Infinite where a seed has none that keeps the limit. */
  readonly threshold: number;
  /** Each half of the validation rows under the other half's threshold. */
  readonly validation: AtThreshold;
  /** The test rows under the threshold of all validation rows; null without their logits. */
  readonly test: AtThreshold | null;
}

/** One attempt at training a run; milliseconds since the first attempt's start. */
export interface TimelineEntry {
  readonly runId: string;
  readonly label: string;
  /** Null for a run without a result. */
  readonly seed: number | null;
  readonly worker: number;
  readonly startMs: number;
  /** Null while it trains, or if its process died. */
  readonly endMs: number | null;
  /** Its run has its result from it; others ended when their run paused at a rung or was stopped. */
  readonly finished: boolean;
  readonly failed: boolean;
}

/** What the grid of a space shows, or that of a sweep without a list of spaces. */
export interface SpaceGrid {
  readonly space: string | null;
  /** Knobs in which its configurations differ. */
  readonly axes: readonly KnobLevels[];
  readonly importance: Importance | null;
  /** For both metrics; empty unless at least two knobs have few values. */
  readonly maps: readonly GridMap[];
}

/** What a sweep shows beyond its ranking; advice is based on it. */
export interface Findings extends Ranking {
  /** What the columns of the source mean to the shown configurations. */
  readonly columnImportance: ColumnFindings;
  /** Knobs in which configurations differ. */
  readonly axes: readonly KnobLevels[];
  /** Of each space; one for a sweep without a list of spaces. */
  readonly grids: readonly SpaceGrid[];
  /** Of the shown configurations, then of those that rank highest: the same 50 at most in the next two. */
  readonly curves: readonly LearningCurve[];
  /** Recall per class on the validation rows, means over seeds; null without rows. */
  readonly recalls: readonly { readonly trialId: string; readonly means: readonly (number | null)[] }[];
  readonly confusions: readonly ConfusionView[];
  /** Of the first two that are shown, if their logits are stored. */
  readonly scores: readonly ScoreView[];
  /** Of the same, for every decision after training that applies. */
  readonly decisions: readonly DecisionView[];
  /** Of the same, for the smaller of two classes, or the rare ones. */
  readonly thresholds: readonly ThresholdView[];
  readonly postHoc: readonly PostHocResult[];
  /** A sentence that says whether cross-entropy with adjusted logits does as well as other training; null if unknown. */
  readonly freeFix: string | null;
  /** Every attempt at a run, in the order in which they started. */
  readonly timeline: readonly TimelineEntry[];
  /** The ranking metric of every finished run, in the order in which they finished. */
  readonly course: readonly number[];
}

import type { Interval } from '../../sweep.js';
import type { DataSummary } from '../data/data-summary.js';
import type { EpochChoice } from '../epoch-choice.js';
import type { SweepDetail } from '../facts/facts.js';
import type { Configuration, Difference, Estimate } from './configuration.js';

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
  /** Change of the mean from baseline to challenger. */
  readonly change: number | null;
}

/** A configuration on the test rows, which are not used for ranking. */
export interface Confirmation {
  readonly trialId: string;
  readonly label: string;
  readonly isCrossEntropy: boolean;
  readonly ranked: Estimate;
  readonly macro_f1: Estimate;
  readonly rare_recall: Estimate;
  /** How much better the ranking metric is on validation than on test: the optimism of selection. */
  readonly optimismGap: number;
}

/** The chosen configuration minus the baseline on the test rows, same seeds and rows; a single comparison at 95 %. */
export interface TestDifference {
  readonly ranked: Difference;
  readonly macro_f1: Difference;
  readonly rare_recall: Difference;
}

/** Sentences for people who read nothing else. */
export interface Headline {
  readonly winner: string;
  readonly ties: string;
  readonly versusBaseline: string;
  /** On rows that were not used for ranking; `report --confirm` prints it. */
  readonly confirmation: string;
}

/** The ranking of a sweep's configurations: the first half of a report, and the end of a launch. */
export interface Ranking {
  readonly sweep: SweepDetail;
  /** What people should know about the table. */
  readonly data: DataSummary;
  readonly epochChoice: EpochChoice;
  /** Runs that neither finished nor failed. */
  readonly unfinished: number;
  readonly headline: Headline | null;
  /** Best first. */
  readonly configurations: readonly Configuration[];
  /** Number of configurations that are tied with the best, which is counted too. */
  readonly tied: number;
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

import type { MetricName } from '../../metric.js';
import type { Interval } from '../../sweep.js';
import type { Choice, Contrast } from '../choices/choice.js';
import type { DataSummary } from '../data/data-summary.js';
import type { EpochChoice } from '../epoch-choice.js';
import type { SweepDetail } from '../facts/facts.js';
import type { RaceReport } from '../race/race.js';
import type { SpaceStanding } from '../spaces/space-standings.js';
import type { Configuration, Confirmation } from './configuration.js';

/** A share of rows with its Wilson interval. */
export interface Recall {
  readonly mean: number;
  readonly interval: Interval;
}

/** A configuration that classes, curves and confusions are shown of. */
export interface Shown {
  readonly configuration: Configuration;
  /** `cross-entropy`, or the aims that it was chosen for. */
  readonly role: string;
}

/** Recall of one class on the validation rows, mean over seeds. */
export interface ClassRecall {
  readonly name: string;
  readonly rare: boolean;
  readonly trainRows: number;
  readonly validationRows: number;
  /** Of each shown configuration, in their order; null without validation rows. */
  readonly recalls: readonly (Recall | null)[];
}

/** Sentences for people who read nothing else. */
export interface Headline {
  /** What to use for each aim, and what more can be had after training. */
  readonly choices: readonly string[];
  /** Whether focal loss and class weights are worth it. */
  readonly loss: readonly string[];
  readonly winner: string;
  readonly ties: string;
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
  /** Null where nothing was dropped early. */
  readonly race: RaceReport | null;
  /** Best first. */
  readonly configurations: readonly Configuration[];
  /** Number of configurations that are tied with the best, which is counted too. */
  readonly tied: number;
  readonly best: Configuration | null;
  /** One for each aim. */
  readonly choices: readonly Choice[];
  /** The effect of γ and of α over the grid. */
  readonly contrasts: readonly Contrast[];
  /** What each of several spaces reaches; empty where the sweep has no list of them. */
  readonly spaces: readonly SpaceStanding[];
  /** The cross-entropy configuration that ranks highest. */
  readonly baseline: Configuration | null;
  /** The configuration that ranks highest among the others. */
  readonly challenger: Configuration | null;
  /** The baseline, then the choices, each once; the best other one where no choice is another. */
  readonly shown: readonly Shown[];
  readonly classes: readonly ClassRecall[];
  /** Of the shown configurations, in their order. */
  readonly confirmations: readonly Confirmation[];
  /** Differences within ± this are called equivalent. */
  readonly equivalent: number;
  /** Bootstrap draws behind the intervals. */
  readonly draws: number;
  /** The metrics of probabilities that rank or choose and whose intervals cover seeds alone. */
  readonly fromSeeds: readonly MetricName[];
}

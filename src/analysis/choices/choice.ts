import type { MetricName } from '../../metric.js';
import type { Aim } from '../../spec/aims.js';
import type { Configuration, Confirmation, Difference, Estimate } from '../ranking/configuration.js';

/** Differences from the baseline, by metric. */
export type Differences = ReadonlyMap<MetricName, Difference>;

/** What was chosen for an aim, on the validation rows. */
export interface Chosen {
  readonly aim: Aim;
  /** Null if no finished configuration keeps the constraints. */
  readonly configuration: Configuration | null;
  /** In the metric of the aim and in those of its constraints; null for the baseline, and without one. */
  readonly differences: Differences | null;
  /** The one with the best mean that keeps the constraints, where what similar ones reached speaks for the chosen one; and both means. */
  readonly luckier: {
    readonly configuration: Configuration;
    readonly mean: number;
    readonly than: number;
  } | null;
  /** The best if the constraints are left out, where that is another, with its differences. */
  readonly unconstrained: { readonly configuration: Configuration; readonly differences: Differences } | null;
}

/** A choice with what the test rows say of it. */
export interface Choice extends Chosen {
  readonly test: Confirmation | null;
  readonly testDifferences: Differences | null;
  /** The answer in plain words. */
  readonly sentence: string;
  /** Null where it finds no more, and for aims that are not about rare classes. */
  readonly afterTraining: AfterTraining | null;
}

/** More rare rows than any choice of training finds: each rare class counts more often when rows are decided. */
export interface AfterTraining {
  /** Whose rows are decided otherwise. */
  readonly configuration: Configuration;
  /** Of the probability of each rare class. */
  readonly factor: number;
  /** As `--decide` takes it. */
  readonly decide: string;
  /** From the baseline as it is, on the validation rows: in the metrics of the aim. */
  readonly differences: Differences;
  /** On the test rows, in the same metrics. */
  readonly test: ReadonlyMap<MetricName, Estimate>;
  /** What the configuration has there as it is. */
  readonly before: ReadonlyMap<MetricName, number>;
  readonly testDifferences: Differences;
  readonly sentence: string;
}

/** The effect of one value of a knob against the value of plain cross-entropy, all other knobs being equal: a mean over pairs. */
export interface Effect {
  readonly label: string;
  readonly pairs: number;
  readonly macro_f1: Difference;
  readonly rare_recall: Difference;
}

/** Whether a knob of the loss is worth it, over the grid of a space. */
export interface Contrast {
  /** Its pairs are of this space; null where the sweep has no list of spaces. */
  readonly space: string | null;
  readonly knob: 'gamma' | 'alpha';
  /** The mean of all values. */
  readonly overall: Effect;
  readonly values: readonly Effect[];
  readonly sentence: string;
}

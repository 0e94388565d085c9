import type { Metric } from '../../metric.js';
import type { AnyConfig, CostMatrix, Interval } from '../../sweep.js';
import type { SideFacts } from '../facts/facts.js';
import type { Difference, Estimate } from '../ranking/configuration.js';
import type { Recall } from '../ranking/ranking.js';
import type { MetricMap } from './comparison-estimates.js';

/** One side of a comparison: a run, or the finished seeds of a configuration. */
export interface ComparisonSide {
  /** `A` is the reference. */
  readonly letter: string;
  readonly given: string;
  readonly kind: SideFacts['kind'];
  readonly trialId: string;
  /** Null where its sweep has no list of spaces. */
  readonly space: string | null;
  readonly label: string;
  readonly config: AnyConfig;
  /** That ranks its sweep. */
  readonly metric: Metric;
  readonly costs: CostMatrix | null;
  /** The classes that its rare recall is the mean of. */
  readonly rareClasses: readonly string[];
  readonly seeds: readonly number[];
  readonly source: string;
  readonly validationRows: number;
  /** Measured on the same rows as the reference, so that shared luck with rows and seeds cancels. */
  readonly isPaired: boolean;
  readonly estimates: MetricMap<Estimate>;
  /** This side minus the reference; null for the reference. */
  readonly differences: MetricMap<Difference> | null;
  /** What to know of the side's runs and table. */
  readonly remarks: readonly string[];
  /** Recall by class name on the side's validation rows. */
  readonly recalls: ReadonlyMap<string, Recall>;
}

export interface Comparison {
  /** The reference first. */
  readonly sides: readonly ComparisonSide[];
  /** Knobs in which any two sides differ. */
  readonly differing: readonly string[];
  /** Classes of all sides: those of the reference in its order, then those that only others have. */
  readonly classNames: readonly string[];
  /** The classes in which the sides' recalls differ most. */
  readonly farthestApart: readonly ClassSpread[];
  readonly draws: number;
  /** What a reader must know to judge it. */
  readonly notes: readonly string[];
}

/** The lowest and the highest recall of a class among the sides. */
export interface ClassSpread extends Interval {
  readonly name: string;
}

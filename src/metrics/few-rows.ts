import { mostFrequent } from './deviations.js';
import { hitEffects } from './hit-effects.js';
import { type CountMetric, type Margins, marginMetric } from './margin-metrics.js';
import type { BootstrapRows } from './row-bootstrap.js';

/** Rows of the mean class that every class borrows. */
const BORROWED_ROWS = 4;

/**
 * What resampling cannot see of a trial's metric. Rows of a class that are all predicted rightly, or a class of one row, have no
 * spread under a bootstrap, yet nothing is known exactly from few rows. So the variance has a floor from the binomial: a metric
 * moves by Δ_c with a row of class c that is predicted rightly instead of wrongly, which makes Σ_c n_c Δ_c² p_c (1 − p_c) for
 * independent rows. p_c is the class's share of such rows, moved towards the mean of the classes that the metric looks at as if
 * it had four more rows of that mean; and the mean, towards a half as if there was one more row.
 */
export interface RowFloor {
  /** Variance of the metric of one run from the sampling of rows. */
  readonly variance: number;
  /** Rows of a single proportion near the metric that would have this variance. */
  readonly effectiveRows: number;
  /** Variance that resampling leaves out of how the trial's predictions differ from what the trials mostly predict. */
  readonly unseenDifference: number;
  /** What the metric comes out too high by (too low: negative) because of classes of one row, which resampling leaves as they are. */
  readonly bias: number;
}

/** Where the sampling of rows says nothing of a metric. */
export const NO_FLOOR: RowFloor = {
  variance: 0,
  effectiveRows: Number.POSITIVE_INFINITY,
  unseenDifference: 0,
  bias: 0,
};

/** A metric, and the values that it can have. */
export interface BoundedMetric {
  readonly name: CountMetric;
  readonly lowest: number;
  readonly highest: number;
}

/** Counts of a trial, means over its runs. */
interface TrialCounts {
  readonly margins: Margins;
  /** By class, sums over its rows of the row's hits less those of the most frequent predictions, and of the squares. */
  readonly apart: Float64Array;
  readonly apartSquared: Float64Array;
}

/** Gives the floor of any metric of any trial. */
export function rowFloors(rows: BootstrapRows): (metric: BoundedMetric, trial: number) => RowFloor {
  const { labels, classCount, trials } = rows;
  const mostly = mostFrequent(trials.flat(), labels.length, classCount);
  const counts = trials.map((runs) => countsOf(rows, runs, mostly));
  const isRare = Array.from({ length: classCount }, (_, index) => rows.rareClasses.includes(index));
  return (metric, trial) => floorOf(metric, counts[trial] as TrialCounts, isRare);
}

function floorOf(metric: BoundedMetric, counts: TrialCounts, isRare: readonly boolean[]): RowFloor {
  const { margins, apart, apartSquared } = counts;
  const classes = new WeighedClasses(margins.support, hitEffects(metric.name, margins, isRare));
  if (classes.total === 0) return NO_FLOOR;
  const recall = classes.mean(margins.hits);
  const shares = classes.smooth(margins.hits, 0.5);
  const variance = classes.variance(shares.map((share) => share * (1 - share)));
  const range = metric.highest - metric.lowest;
  const value = (marginMetric(metric.name, margins, isRare) - metric.lowest) / range;
  const smoothed =
    value + classes.mean(shares.map((share, c) => share * (margins.support[c] as number))) - recall;
  const centre = Math.min(0.999, Math.max(0.001, smoothed));

  const difference = classes.smooth(apart, 0);
  const squared = classes.smooth(apartSquared, 0.5);
  const expected = classes.variance(squared.map((square, c) => square - (difference[c] as number) ** 2));
  const resampled = classes.variance(
    apart.map((sum, c) => resampledVariance(sum, apartSquared[c] as number, margins.support[c] as number)),
  );
  const bias = metric.name === 'macro_f1' ? loneRowBias(margins, shares) : 0;
  // What comes out too low by a factor varies too little by the same.
  const scale = value > 0 ? Math.min(2, Math.max(1, (value - bias) / value)) : 1;
  return {
    variance: variance * scale ** 2,
    effectiveRows: (centre * (1 - centre) * range ** 2) / (variance * scale ** 2),
    unseenDifference: Math.max(0, expected - resampled),
    bias,
  };
}

/** The variance between a class's rows that resampling n − 1 of n with weights n / (n − 1) reproduces. */
function resampledVariance(sum: number, squares: number, rows: number): number {
  return rows < 2 ? 0 : (squares - sum ** 2 / rows) / (rows - 1);
}

/** Classes by how much the rows of each matter to a metric; `sums` are over the rows of a class. */
class WeighedClasses {
  readonly total: number;
  readonly #weights: Float64Array;
  /** Rows of one class in which a mean would vary as much. */
  readonly #rows: number;

  constructor(
    private readonly support: Float64Array,
    effects: Float64Array,
  ) {
    this.#weights = effects.map((effect, c) => Math.abs(effect) * (support[c] as number));
    this.total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    this.#rows = this.total ** 2 / this.variance(this.#weights.map(() => 1));
  }

  mean(sums: Float64Array): number {
    const weighed = sums.map((sum, c) =>
      sum === 0 ? 0 : ((this.#weights[c] as number) * sum) / (this.support[c] as number),
    );
    return weighed.reduce((total, value) => total + value, 0) / this.total;
  }

  /** Per class the mean over its rows, moved towards the mean over classes, which is moved towards `prior` as by one row. */
  smooth(sums: Float64Array, prior: number): Float64Array {
    const mean = (this.mean(sums) * this.#rows + prior) / (this.#rows + 1);
    return sums.map((sum, c) => (sum + BORROWED_ROWS * mean) / ((this.support[c] as number) + BORROWED_ROWS));
  }

  /** Of the metric, from the variance between the rows of each class. */
  variance(ofRows: Float64Array): number {
    return ofRows.reduce((sum, own, c) => {
      const weight = this.#weights[c] as number;
      return weight === 0 ? sum : sum + (weight ** 2 / (this.support[c] as number)) * own;
    }, 0);
  }
}

/**
 * macro-F1 is no mean of rows: F1 = 2h / (1 + predicted) of a class of one row is on average less than with the expected counts.
 * With p the chance of a hit and λ wrong rows predicted as the class, Poisson: p · 2 (λ − 1 + e^−λ) / λ² against 2p / (1 + p + λ).
 */
function loneRowBias({ support, predicted, hits }: Margins, shares: Float64Array): number {
  const measured = support.filter((rows) => rows > 0).length;
  const lone = [...support.keys()].filter((c) => support[c] === 1);
  if (lone.length === 0) return 0;
  const wrong =
    lone.reduce((sum, c) => sum + (predicted[c] as number) - (hits[c] as number), 0) / lone.length;
  const drawn = wrong < 1e-3 ? 1 : (2 * (wrong - 1 + Math.exp(-wrong))) / wrong ** 2;
  const each = lone.map((c) => {
    const p = shares[c] as number;
    return p * drawn - (2 * p) / (1 + p + wrong);
  });
  return each.reduce((sum, bias) => sum + bias, 0) / measured;
}

function countsOf(
  { labels, classCount }: BootstrapRows,
  runs: readonly Uint16Array[],
  mostly: Uint16Array,
): TrialCounts {
  const empty = () => new Float64Array(classCount);
  const margins = { support: empty(), predicted: empty(), hits: empty() };
  const [apart, apartSquared] = [empty(), empty()];
  const add = (to: Float64Array, at: number, value: number): void => {
    to[at] = (to[at] as number) + value;
  };
  const share = 1 / runs.length;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    let hits = 0;
    for (const predictions of runs) {
      const predicted = predictions[row] as number;
      add(margins.predicted, predicted, share);
      if (predicted === label) hits += share;
    }
    add(margins.support, label, 1);
    add(margins.hits, label, hits);
    const difference = hits - Number(mostly[row] === label);
    add(apart, label, difference);
    add(apartSquared, label, difference ** 2);
  }
  return { margins, apart, apartSquared };
}

import { type DrawnMetric, isCostMetric, type MetricName } from '../../metric.js';
import { wilsonInterval } from '../estimates/intervals.js';
import { type Margins, marginSettings } from '../margin-metrics.js';
import type { BootstrapRows } from './bootstrap.js';
import { mostFrequent } from './deviations.js';
import { costEffects, costScore, hitEffects, isHit, type RowScore } from './hit-effects.js';
import { meanGroups, rowsWorth } from './splits/row-groups.js';
import { mostFrequentOfPool, type Scoring, splitCounts } from './splits/split-counts.js';
import { BORROWED, WeighedClasses } from './weighed-classes.js';

/** Means of few classes' recalls, which rest on few rows more than metrics of all classes do. */
const MEAN_RECALLS: ReadonlySet<MetricName> = new Set(['rare_recall', 'worst_recall', 'balanced_accuracy']);

/**
 * The noise of a trial's metric that resampling cannot show. A class of one row, and rows of a class that are all predicted
 * rightly or all wrongly, have no spread under a bootstrap, yet few rows never make anything certain. The part of the metric that
 * rests on such classes has Wilson's interval. A metric moves by Δ_c if one row of class c is predicted rightly instead of
 * wrongly, so its variance over independent rows is Σ_c n_c Δ_c² p_c (1 − p_c), and the interval takes as many rows as give a
 * single proportion this variance. p_c is the class's share of right rows, moved towards the mean of these classes as if it had
 * four more rows of that mean; the mean is moved towards a half as if it had one more row.
 */
export interface HiddenNoise {
  /** How far the metric may lie below and above its value on these rows because of such classes, 95 %. */
  readonly below: number;
  readonly above: number;
  /**
   * Variance that resampling may leave out of the differences between the trial's predictions and the most frequent ones. Of classes
   * whose rows do not differ at all it is that of the mean class, as if they had one more row. In means of recalls, few rows of any
   * class may agree by luck: each class's variance between rows is moved up towards that of all classes, weighed by what they add to
   * the metric's variance, as if it had four more rows; that mean is moved towards 0.25 as if by one row.
   */
  readonly unseenDifference: number;
  /** The part of it that rests on classes of one row, which is the same row for all trials. */
  readonly ofLoneRows: number;
  /** How much too high (negative: too low) the metric comes out because of classes of one row, which resampling never changes. */
  readonly bias: number;
}

/** For metrics that no few rows decide. */
export const NOTHING_HIDDEN: HiddenNoise = {
  below: 0,
  above: 0,
  unseenDifference: 0,
  ofLoneRows: 0,
  bias: 0,
};

/** Counts of a trial, means over its runs. */
export interface TrialCounts {
  /** A row hits by its score. */
  readonly margins: Margins;
  /** By class, sums of squared scores. */
  readonly squaredHits: Float64Array;
  /** By class, sums over its rows of the row's hits less those of the most frequent predictions, and of the squares. */
  readonly apart: Float64Array;
  readonly apartSquared: Float64Array;
  /** Independent rows of each class per row of a run: more than one where each seed has rows of its own, fewer where rows come in groups. */
  readonly ratio: Float64Array;
  /** By class, what a draw takes for a run: its rows, or the groups that they are of. */
  readonly drawn: Float64Array;
}

/** Gives the hidden noise of any metric of any trial. */
export function hiddenNoise(rows: BootstrapRows): (name: DrawnMetric, trial: number) => HiddenNoise {
  const { costs = [] } = rows;
  const hits = trialCounts(rows, isHit);
  const ofCosts = costs.length === 0 ? [] : trialCounts(rows, costScore(costs));
  const settings = marginSettings(rows);
  return (name, trial) => {
    if (!isCostMetric(name)) {
      const own = hits[trial] as TrialCounts;
      return hiddenOf(name, own, hitEffects(name, own.margins, settings));
    }
    const own = ofCosts[trial] as TrialCounts;
    const { below, above, ...hidden } = hiddenOf(name, own, costEffects(own.margins, costs));
    // Where scores are higher, the metric is lower.
    return { ...hidden, below: above, above: below };
  };
}

function trialCounts(rows: BootstrapRows, score: RowScore): readonly TrialCounts[] {
  const { groups, trials, rowsOf } = rows;
  const counts = rowCounts(rows, score).map((own) => ({ ...own, drawn: own.margins.support }));
  if (groups === undefined) return counts;
  return counts.map((own, trial) => {
    const runs = (trials[trial] ?? []).map((predictions, at) => ({
      predictions,
      rows: rowsOf?.[trial]?.[at],
    }));
    const worth = rowsWorth({ ...rows, groups }, runs, score);
    return {
      ...own,
      ratio: own.ratio.map((ratio, c) => ratio * (worth[c] as number)),
      drawn: meanGroups({ ...rows, groups }, runs).count,
    };
  });
}

function rowCounts(rows: BootstrapRows, score: RowScore): readonly Omit<TrialCounts, 'drawn'>[] {
  const { labels, classCount, trials, rowsOf } = rows;
  if (rowsOf === undefined) {
    const mostly = mostFrequent(trials.flat(), labels.length, classCount);
    return trials.map((runs) => countsOf(rows, runs, { mostly, score }));
  }
  const mostly = mostFrequentOfPool(rows, rowsOf);
  return trials.map((runs, trial) => {
    const placed = runs.map((predictions, at) => ({ predictions, rows: rowsOf[trial]?.[at] as Uint32Array }));
    return splitCounts(rows, placed, { mostly, score });
  });
}

/** The hidden noise of a metric that grows by `ofHit` when the score of a row of a class grows from 0 to 1. */
export function hiddenOf(name: MetricName, counts: TrialCounts, ofHit: Float64Array): HiddenNoise {
  const { margins, squaredHits, ratio, drawn } = counts;
  // In units of independent rows, each of which moves the metric by less.
  const scaled = (sums: Float64Array) => sums.map((sum, c) => sum * (ratio[c] as number));
  const [support, hits, apart, apartSquared] = [
    scaled(margins.support),
    scaled(margins.hits),
    scaled(counts.apart),
    scaled(counts.apartSquared),
  ] as const;
  const effects = ofHit.map((effect, c) => effect / (ratio[c] as number));
  const only = (isIn: (c: number) => boolean) =>
    new WeighedClasses(
      support,
      effects.map((effect, c) => (isIn(c) ? effect : 0)),
    );
  const isFrozen = (c: number) => {
    const rows = margins.support[c] as number;
    return (
      drawn[c] === 1 || isNear((squaredHits[c] as number) / rows, ((margins.hits[c] as number) / rows) ** 2)
    );
  };
  const frozen = only(isFrozen);
  const shares = frozen.smooth(hits, BORROWED.recall, frozen.mean(hits), 0.5);
  const bias = name === 'macro_f1' ? loneRowBias(margins, shares) : 0;
  const all = only(() => true);
  const isSame = (c: number) =>
    drawn[c] === 1 || isNear((apartSquared[c] as number) * (support[c] as number), (apart[c] as number) ** 2);
  const [classes, unseen] = MEAN_RECALLS.has(name)
    ? [all, all.luckyAgreement(apart, apartSquared, drawn)]
    : [only(isSame), smoothedSpread(all, apart, apartSquared)];
  return {
    ...wilsonAround(frozen, { hits, support }, shares, bias),
    unseenDifference: classes.variance(unseen),
    ofLoneRows: classes.variance(unseen.map((own, c) => (drawn[c] === 1 ? own : 0))),
    bias,
  };
}

/** Per class, the variance between its rows, moved towards that of the mean class. */
function smoothedSpread(classes: WeighedClasses, sums: Float64Array, squares: Float64Array): Float64Array {
  const mean = classes.smooth(sums, BORROWED.difference, classes.mean(sums), 0);
  const meanSquare = classes.smooth(squares, BORROWED.difference, classes.mean(squares), 0.5);
  return meanSquare.map((square, c) => Math.max(0, square - (mean[c] as number) ** 2));
}

/**
 * Wilson's interval of the mean recall of classes, in units of the metric, within the mean of the ends of their own intervals: if
 * the few rows are all wrong, nothing lies below. A metric that comes out too low by a factor also varies too little by that factor.
 */
function wilsonAround(
  classes: WeighedClasses,
  { hits, support }: Pick<Margins, 'hits' | 'support'>,
  shares: Float64Array,
  bias: number,
): Pick<HiddenNoise, 'below' | 'above'> {
  if (classes.total === 0) return { below: 0, above: 0 };
  const recall = classes.mean(hits);
  const smoothed = classes.meanOf(shares);
  const rows =
    (smoothed * (1 - smoothed) * classes.total ** 2) / classes.variance(shares.map((p) => p * (1 - p)));
  const joint = wilsonInterval(recall, rows);
  const each = [...support].map((count, c) =>
    wilsonInterval(count === 0 ? 0 : (hits[c] as number) / count, count),
  );
  const low = Math.max(joint.low, classes.meanOf(Float64Array.from(each, (own) => own.low)));
  const high = Math.min(joint.high, classes.meanOf(Float64Array.from(each, (own) => own.high)));
  const value = recall * classes.total;
  const scale = value > 0 ? Math.min(2, Math.max(1, (value - bias) / value)) : 1;
  return { below: scale * classes.total * (recall - low), above: scale * classes.total * (high - recall) };
}

function isNear(a: number | undefined, b: number | undefined): boolean {
  return Math.abs((a as number) - (b as number)) < 1e-9;
}

/**
 * macro-F1 is not a mean of rows: F1 = 2h / (1 + predicted) of a class of one row is on average less than at the expected counts.
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
  { mostly, score }: Scoring,
): Omit<TrialCounts, 'drawn'> {
  const empty = () => new Float64Array(classCount);
  const margins = { support: empty(), predicted: empty(), hits: empty() };
  const [apart, apartSquared, squaredHits] = [empty(), empty(), empty()];
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
      const own = score(label, predicted);
      hits += share * own;
      add(squaredHits, label, share * own ** 2);
    }
    add(margins.support, label, 1);
    add(margins.hits, label, hits);
    const difference = hits - score(label, mostly[row] as number);
    add(apart, label, difference);
    add(apartSquared, label, difference ** 2);
  }
  return { margins, squaredHits, apart, apartSquared, ratio: empty().fill(1) };
}

import type { Interval } from '../../sweep.js';
import { quantile, upperQuantile } from './intervals.js';

/** Estimates of a metric for the trials of a sweep, larger is better, with joint draws of their errors. */
export interface JointEstimates {
  readonly means: readonly number[];
  /** Per trial, deviations from the mean, draw by draw; the same draw is the same rows for all. */
  readonly deviations: readonly Float64Array[];
  /** Per trial, whether the noise between its seeds is known; it is unknown if every trial has one seed. */
  readonly isReplicated: readonly boolean[];
  /** Largest less smallest possible value of the metric; unbounded if it is not given. */
  readonly widest?: number;
  /** The metric alone never decides between trials. */
  readonly isUndecided?: boolean;
  /** Others that were compared, too, and dropped since: none of their draws are known. Default 0. */
  readonly dropped?: number | undefined;
}

/** Means and draws of some of the trials, in this order. */
export function estimatesAt(
  { means, deviations, isReplicated, isUndecided = false }: JointEstimates,
  places: readonly number[],
): Pick<JointEstimates, 'means' | 'deviations' | 'isReplicated' | 'isUndecided'> {
  const pick = <Item>(items: readonly Item[]): readonly Item[] => places.map((at) => items[at] as Item);
  return {
    means: pick(means),
    deviations: pick(deviations),
    isReplicated: pick(isReplicated),
    isUndecided,
  };
}

/** Every trial against one of them. */
export interface ReferenceComparison {
  /** Mean less the reference's mean. */
  readonly differences: readonly number[];
  readonly errors: readonly number[];
  /**
   * 95 % of the draws have all |difference − its mean| / error below this: Dunnett's test with joint draws (max-T). Where some were
   * dropped, it counts them, too.
   */
  readonly critical: number;
  /**
   * How much too high the reference may be because it was chosen, negative where less is better; intervals go further by this where it
   * would hide the truth.
   */
  readonly luck: number;
  /** Per trial, whether the noise between seeds is known for it and for the reference; without it there is no verdict. */
  readonly isReplicated: readonly boolean[];
  readonly widest: number;
  readonly isUndecided: boolean;
}

/** Smaller differences come from the order of sums. */
const ROUNDING = 1e-12;

/** Compares all trials with the one at `reference`, with one critical value for all of them. */
export function compareWith(estimates: JointEstimates, reference: number, luck = 0): ReferenceComparison {
  const {
    means,
    deviations,
    isReplicated,
    widest = Number.POSITIVE_INFINITY,
    isUndecided = false,
    dropped = 0,
  } = estimates;
  const own = deviations[reference] as Float64Array;
  const largest = new Float64Array(own.length);
  const errors = deviations.map((other, trial) => {
    if (trial === reference) return 0;
    const error = differenceError(other, own);
    if (error < ROUNDING) return 0;
    const scale = 1 / error;
    for (let draw = 0; draw < own.length; draw++) {
      const t = Math.abs((other[draw] as number) - (own[draw] as number)) * scale;
      if (t > (largest[draw] as number)) largest[draw] = t;
    }
    return error;
  });
  const base = means[reference] as number;
  return {
    differences: means.map((mean) => mean - base),
    errors,
    critical: criticalValue(largest, means.length - 1, dropped),
    luck,
    isReplicated: isReplicated.map((known) => known && isReplicated[reference] === true),
    widest,
    isUndecided,
  };
}

/**
 * What 5 % of families exceed, by the draws of the largest of those that are left. With others that were dropped it is as many times
 * larger as Bonferroni's value for all comparisons is than that for those that are left (two-sided, normal): a quantile as far out as
 * this would be one of a few draws.
 */
function criticalValue(largest: Float64Array, left: number, dropped: number): number {
  const critical = quantile(largest.sort(), 0.95);
  if (dropped === 0 || left === 0) return critical;
  const bonferroni = (comparisons: number): number => upperQuantile(0.025 / comparisons);
  return (critical * bonferroni(left + dropped)) / bonferroni(left);
}

function differenceError(a: Float64Array, b: Float64Array): number {
  let squares = 0;
  for (let draw = 0; draw < a.length; draw++) squares += ((a[draw] as number) - (b[draw] as number)) ** 2;
  return Math.sqrt(squares / a.length);
}

/** Whether the trial differs from the reference beyond chance: 1 better, −1 worse, 0 no evidence. */
export function verdictOf(comparison: ReferenceComparison, trial: number): -1 | 0 | 1 {
  if (comparison.isUndecided || comparison.isReplicated[trial] !== true) return 0;
  const difference = comparison.differences[trial] as number;
  const { below, above } = reachOf(comparison, trial);
  // A value that is missing has no difference: NaN is no evidence.
  if (difference > below + ROUNDING) return 1;
  return -difference > above + ROUNDING ? -1 : 0;
}

/** How far the true difference may be from the one found. */
function reachOf(
  { errors, critical, luck }: ReferenceComparison,
  trial: number,
): { readonly below: number; readonly above: number } {
  const reach = critical * (errors[trial] as number);
  return { below: reach + Math.max(0, -luck), above: reach + Math.max(0, luck) };
}

/** Whether any two trials differ beyond chance, with one critical value for all pairs (max-T). */
export function anyDiffer({ means, deviations, isReplicated, dropped = 0 }: JointEstimates): boolean {
  const draws = deviations[0]?.length ?? 0;
  const largest = new Float64Array(draws);
  let observed = 0;
  let pairs = 0;
  for (let a = 0; a < means.length; a++) {
    for (let b = a + 1; b < means.length; b++) {
      if (isReplicated[a] !== true || isReplicated[b] !== true) continue;
      const [one, other] = [deviations[a] as Float64Array, deviations[b] as Float64Array];
      const error = differenceError(one, other);
      if (error < ROUNDING) continue;
      pairs++;
      observed = Math.max(observed, Math.abs((means[a] as number) - (means[b] as number)) / error);
      for (let draw = 0; draw < draws; draw++) {
        const t = Math.abs((one[draw] as number) - (other[draw] as number)) / error;
        if (t > (largest[draw] as number)) largest[draw] = t;
      }
    }
  }
  return observed > criticalValue(largest, pairs, dropped);
}

/** The interval of the difference, 95 % for all trials at once; NaN if its error is unknown. */
export function differenceInterval(comparison: ReferenceComparison, trial: number): Interval {
  const { differences, errors, widest } = comparison;
  if (errors[trial] === 0) return { low: Number.NaN, high: Number.NaN };
  const difference = differences[trial] as number;
  const { below, above } = reachOf(comparison, trial);
  return { low: Math.max(-widest, difference - below), high: Math.min(widest, difference + above) };
}

/**
 * The ranks that a trial may have, 95 %: not better than those that are beyond chance better than it, not worse than those
 * that are worse. Mogstad, Romano, Shaikh & Wilhelm 2024, "Inference for ranks with applications to mobility". A trial whose
 * interval begins at 1 is tied with the best; the true best is among these in at least 95 % of sweeps (Hsu 1981).
 */
export function rankInterval(estimates: JointEstimates, trial: number): Interval {
  const comparison = compareWith(estimates, trial);
  const verdicts = estimates.means.map((_, other) => verdictOf(comparison, other));
  const count = (verdict: number): number => verdicts.filter((found) => found === verdict).length;
  return { low: 1 + count(1), high: estimates.means.length - count(-1) };
}

/** Share of draws in which each trial is the best; ties share a draw. NaN if no trial's noise is known. */
export function bestProbabilities({ means, deviations, isReplicated }: JointEstimates): readonly number[] {
  const isUnknown =
    !isReplicated.includes(true) && deviations.every((own) => own.every((value) => value === 0));
  if (isUnknown && means.length > 1) return means.map(() => Number.NaN);
  const draws = deviations[0]?.length ?? 0;
  const wins = new Float64Array(means.length);
  for (let draw = 0; draw < draws; draw++) {
    const values = means.map((mean, trial) => mean + (deviations[trial]?.[draw] as number));
    const top = values.reduce((best, value) => (value > best ? value : best), Number.NEGATIVE_INFINITY);
    const winners = values.flatMap((value, trial) => (value === top ? [trial] : []));
    for (const trial of winners) wins[trial] = (wins[trial] as number) + 1 / winners.length;
  }
  return [...wins].map((won) => (draws === 0 ? 0 : won / draws));
}

import { average } from '../row-noise.js';
import type { Spread } from './seed-spread.js';

/** What seeds add to the variance of a trial's mean. */
export interface SeedVariance {
  /** Beyond the sampling of rows. */
  readonly variance: number;
  /** The variance that it is found in, which includes that of rows × seeds on these rows. */
  readonly onTheseRows: number;
}

/**
 * How much of the doubt about the variance of seeds is left in the sum of it and of `others`, which are known: the square of its part.
 * So are the degrees of freedom of Satterthwaite 1946, "An approximate distribution of estimates of variance components", ν / part², and
 * Student's t exceeds the normal distribution by about as much as 1 / ν. Of what rows explain, and is taken from the variance that is found,
 * a share is in doubt as well: half of it, as what is left is cut at 0, or all.
 */
export function doubtOf({ variance, onTheseRows }: SeedVariance, others: number, shareOfRows = 0.5): number {
  const sum = variance + others;
  if (sum === 0) return 1;
  const found = Math.min(1, onTheseRows / sum);
  const part = variance / sum;
  return found * (part + shareOfRows * (found - part));
}

/**
 * Per trial, how much of its variance between seeds is taken for the sampling of rows, `ofRows` at most: so much that it keeps what trials
 * keep on average. Both variances are poorly known and nearly as large, so that by luck nothing is left of one trial's, and the
 * baseline's is in every difference.
 */
export function explainedByRows(beyond: readonly Spread[], ofRows: readonly number[]): readonly number[] {
  const left = beyond.map(({ variance }, trial) => Math.max(0, variance - (ofRows[trial] as number)));
  const known = left.filter((_, trial) => (ofRows[trial] as number) > 0);
  const usual = known.length === 0 ? 0 : average(known);
  return beyond.map(({ variance }, trial) =>
    Math.min(ofRows[trial] as number, Math.max(0, variance - usual)),
  );
}

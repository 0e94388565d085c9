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

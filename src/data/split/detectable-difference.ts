/** Two-sided 5 % level and 80 % power: the sum of the normal quantiles at 0.975 and 0.8. */
const LEVEL_AND_POWER = 1.959963984540054 + 0.8416212335729143;
/** Where a recall varies most. */
const RECALL = 0.5;

/**
 * The smallest difference in rare recall between two configurations that this many rows can show, at 5 % (two-sided) with 80 %
 * power, taking each one's recall of class c over n_c rows as binomial at 0.5 and the two as independent:
 * δ = (z₀.₉₇₅ + z₀.₈) · √(2 · Σ 0.25 / n_c) / C over the C rare classes. At most 1; 1 also where a class has no row.
 */
export function detectableDifference(rareSupport: readonly number[]): number {
  const variance =
    rareSupport.reduce((sum, rows) => sum + (RECALL * (1 - RECALL)) / rows, 0) / rareSupport.length ** 2;
  return Math.min(1, LEVEL_AND_POWER * Math.sqrt(2 * variance));
}

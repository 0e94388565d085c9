/** Two-sided 5 % level and 80 % power: the sum of the normal quantiles at 0.975 and 0.8. */
const LEVEL_AND_POWER = 1.959963984540054 + 0.8416212335729143;
/**
 * The share of a class's rows that exactly one of two configurations gets right. They see the same rows, so only these tell them
 * apart. In a sweep of malware21 (36 configurations) it is 0.14 for the median pair and below 0.2 for nine of ten.
 */
const DISCORDANT = 0.2;

/**
 * The smallest difference in rare recall between two configurations that this many rows can show, at 5 % (two-sided) with 80 %
 * power, where a fifth of the rows tell them apart (McNemar 1947): δ = (z₀.₉₇₅ + z₀.₈) · √(Σ 0.2 / n_c) / C over the C rare
 * classes. At most 1; 1 also where a class has no row, and where no class is known.
 */
export function detectableDifference(rareSupport: readonly number[]): number {
  if (rareSupport.length === 0) return 1;
  const variance = rareSupport.reduce((sum, rows) => sum + DISCORDANT / rows, 0) / rareSupport.length ** 2;
  return Math.min(1, LEVEL_AND_POWER * Math.sqrt(variance));
}

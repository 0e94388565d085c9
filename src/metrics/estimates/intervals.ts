import type { Interval } from '../../sweep.js';

/** The 0.975 quantile of the standard normal distribution. */
export const Z_975 = 1.959963984540054;
/** Its 0.95 quantile. */
export const Z_95 = 1.6448536269514722;

/**
 * Wilson's score interval of a proportion: `share` of `rows`; `share · rows` need not be whole (a mean over seeds).
 * Wilson 1927, "Probable inference, the law of succession, and statistical inference". [0, 1] where there is no row.
 */
export function wilsonInterval(share: number, rows: number, z = Z_975): Interval {
  if (rows === 0) return { low: 0, high: 1 };
  const shrink = 1 + z ** 2 / rows;
  const centre = (share + z ** 2 / (2 * rows)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / rows + z ** 2 / (4 * rows ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * The standard normal value that is exceeded with this probability (0 < tail ≤ 0.5), off by less than 4.5e-4: Abramowitz &
 * Stegun 1964, 26.2.23.
 */
export function upperQuantile(tail: number): number {
  const t = Math.sqrt(-2 * Math.log(tail));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  return t - numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

/** The p-quantile of ascending values, linear between them (numpy's default). NaN of an empty list. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (at - below) * (high - low);
}

/** The middle 95 % of draws. */
export function drawInterval(draws: Float64Array): Interval {
  const sorted = draws.toSorted();
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

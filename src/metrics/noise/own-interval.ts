import type { Interval } from '../../sweep.js';
import { drawInterval, quantile, Z_975 } from '../estimates/intervals.js';
import type { HiddenNoise } from './few-rows.js';
import { ROUNDING, type RowNoise } from './row-noise.js';
import { doubtOf, type SeedVariance } from './seeds/doubt.js';

/** What blurs a trial's own value. */
export interface OwnNoise {
  readonly rows: RowNoise;
  readonly hidden: HiddenNoise;
  /** Standard error from both. */
  readonly rowError: number;
  readonly seeds: SeedVariance;
  /** Draws of the noise of `seeds.onTheseRows`, as poorly known as it is. */
  readonly seedDraws: Float64Array;
}

/**
 * The middle 95 % of the draws of rows, less their own bias (mean of draws less the observed value; for the worst recall, a minimum over
 * classes, a part of how much it comes out too low). Squared distances from it, those of the hidden noise and those of seeds add up.
 */
export function ownInterval(
  mean: number,
  noise: OwnNoise,
  range: { readonly lowest: number; readonly highest: number },
): Interval {
  const { rows, hidden, seeds } = noise;
  const { low, high } = rows.reach ?? drawInterval(rows.deviations);
  const unbiased = mean - biasOf(mean, noise);
  const bounded = (value: number) => Math.min(range.highest, Math.max(range.lowest, value));
  const seedDistance = Z_975 * Math.sqrt(seeds.variance);
  const widening = wideningOf(noise);
  return {
    low: bounded(unbiased - widening * Math.hypot(low, hidden.below, seedDistance)),
    high: bounded(unbiased + widening * Math.hypot(high, hidden.above, seedDistance)),
  };
}

/** How much too high a mean comes out: by as much as draws lie above it again, and by what they never change. */
export function biasOf(mean: number, { rows, hidden }: Pick<OwnNoise, 'rows' | 'hidden'>): number {
  return (rows.variance < ROUNDING ? 0 : rows.centre - mean) + hidden.bias;
}

/** How much wider an interval must be because the seeds' part of its variance is poorly known. Their noise alone would make it `alone` times as wide. */
function wideningOf({ rowError, seeds, seedDraws }: OwnNoise): number {
  if (seeds.onTheseRows < ROUNDING) return 1;
  const distance = quantile(seedDraws.map(Math.abs).sort(), 0.95);
  const alone = distance / (Z_975 * Math.sqrt(seeds.onTheseRows));
  return 1 + Math.max(0, alone - 1) * doubtOf(seeds, rowError ** 2);
}

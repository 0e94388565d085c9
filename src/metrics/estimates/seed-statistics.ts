import { exactMean } from './exact-mean.js';

/** Mean of several seeds with its spread; the interval is two-sided 95 %. */
export interface SeedSummary {
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation; NaN for one value. */
  readonly sd: number;
  /** Half the width of Student's t interval of the mean; NaN for one value. */
  readonly margin: number;
}

/** Student's t, 0.975 quantile, for 1 to 30 degrees of freedom. */
const T_975 = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604,
  2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555,
  2.0518, 2.0484, 2.0452, 2.0423,
];
const Z_975 = 1.959964;

/** The 0.975 quantile of Student's t; above 30 degrees of freedom by its first-order expansion (off by less than 0.001). */
export function t975(degrees: number): number {
  return T_975[degrees - 1] ?? Z_975 + (Z_975 ** 3 + Z_975) / (4 * degrees);
}

/** Summarises one value per seed. */
export function summarise(values: readonly number[]): SeedSummary {
  const count = values.length;
  const mean = exactMean(values);
  if (count < 2) return { count, mean, sd: Number.NaN, margin: Number.NaN };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1));
  return { count, mean, sd, margin: (t975(count - 1) * sd) / Math.sqrt(count) };
}

import type { Notation } from '../data/columns/number-notation.js';
import { inverseNormal } from './inverse-normal.js';

/**
 * How a column of numbers becomes features: x is filled in, perhaps its logarithm is taken, then z = (x − mean − rest) / sd, which
 * perhaps becomes a normal score; perhaps a feature for each bin takes its place; at last, whether x is missing.
 */
export interface NumericPreparation {
  readonly kind: 'numeric';
  readonly column: string;
  /** How texts of files spell its numbers; absent where as programs do. */
  readonly notation?: Notation;
  /** Replaces a missing value: the median of the training rows, or their mean if no row of the table lacks a value. */
  readonly fill: number;
  /** Whether x becomes log(1 + |x|) with the sign of x. */
  readonly logarithm?: true;
  /** Absent if the training rows do not vary: the number itself is then no feature. */
  readonly scaling?: Scaling;
  /** Quantiles of the training rows at equal steps from 0 to 1: z becomes the normal score of its place among them. */
  readonly quantiles?: readonly number[];
  /** The ascending edges of the bins that take the place of the number. */
  readonly bins?: readonly number[];
  /** Whether an indicator follows that is 1 if the value is missing. */
  readonly missingIndicator: boolean;
  /** Whether a missing value stays NaN instead: `fill` and the indicator are then not used. */
  readonly keepsMissing?: true;
}

/** What is taken off and divided by: mean and population standard deviation of the training rows, or median and interquartile range. */
export interface Scaling {
  readonly mean: number;
  /** The rounding error of the mean, if float32 can show it. */
  readonly rest: number;
  readonly sd: number;
}

/** A number as a feature, in float64; NaN is imputed. */
export function scaler(fill: number, { mean, rest, sd }: Scaling): (value: number) => number {
  const scale = 1 / sd;
  return (value) => ((Number.isNaN(value) ? fill : value) - mean - rest) * scale;
}

/** log(1 + |x|) with the sign of x, so that a new row may be negative. */
export function signedLogarithm(value: number): number {
  return value < 0 ? -Math.log1p(-value) : Math.log1p(value);
}

/** The number before it is cut into bins; undefined if it is no feature. */
export function numberEncoder({
  fill,
  logarithm,
  scaling,
  quantiles,
}: Omit<NumericPreparation, 'bins'>): ((value: number) => number) | undefined {
  if (scaling === undefined) return undefined;
  const scaled = scaler(logarithm ? signedLogarithm(fill) : fill, scaling);
  if (quantiles !== undefined) return (value) => normalScore(quantiles, scaled(value));
  return logarithm ? (value) => scaled(signedLogarithm(value)) : scaled;
}

/** The features of a column of numbers, in the order of their names. */
export function numericEncoders(preparation: NumericPreparation): readonly ((value: number) => number)[] {
  const { bins, missingIndicator, keepsMissing } = preparation;
  const encode = numberEncoder(preparation);
  if (keepsMissing) {
    if (encode === undefined && !missingIndicator) return [];
    return [(value) => (Number.isNaN(value) ? value : (encode?.(value) ?? 0))];
  }
  const indicator = missingIndicator ? [(value: number) => Number(Number.isNaN(value))] : [];
  if (encode === undefined) return indicator;
  if (bins === undefined) return [encode, ...indicator];
  const parts = bins.slice(1).map((to, at) => {
    const from = bins[at] as number;
    return (value: number) => Math.min(1, Math.max(0, (encode(value) - from) / (to - from)));
  });
  return [...parts, ...indicator];
}

/** Names of the features of a column of numbers. */
export function numericNames({
  column,
  scaling,
  bins,
  missingIndicator,
  keepsMissing,
}: NumericPreparation): string[] {
  if (keepsMissing) return scaling === undefined && !missingIndicator ? [] : [column];
  const parts = bins === undefined ? [column] : bins.slice(1).map((_, at) => `${column} bin ${at + 1}`);
  return [...(scaling === undefined ? [] : parts), ...(missingIndicator ? [`${column} is missing`] : [])];
}

/** Shares end here, as scikit-learn's: normal scores are within ±5.2. */
export const SMALLEST_SHARE = 1e-7 - Number.EPSILON;

/** The place of a value among quantiles, halfway where several are equal, as a standard normal value. */
function normalScore(quantiles: readonly number[], value: number): number {
  const last = quantiles.length - 1;
  if (value <= (quantiles[0] as number)) return inverseNormal(SMALLEST_SHARE);
  if (value >= (quantiles[last] as number)) return inverseNormal(1 - SMALLEST_SHARE);
  const below = firstAt(quantiles, (quantile) => quantile >= value);
  const above = firstAt(quantiles, (quantile) => quantile > value);
  const place = quantiles[below] === value ? (below + above - 1) / 2 : between(quantiles, below, value);
  return inverseNormal(Math.min(1 - SMALLEST_SHARE, Math.max(SMALLEST_SHARE, place / last)));
}

function between(quantiles: readonly number[], upper: number, value: number): number {
  const [from, to] = [quantiles[upper - 1] as number, quantiles[upper] as number];
  return upper - 1 + (value - from) / (to - from);
}

/** The first position from which a condition holds; it holds for all behind it. */
function firstAt(values: readonly number[], holds: (value: number) => boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(values[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

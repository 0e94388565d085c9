import { inverseNormal } from '../../model/inverse-normal.js';
import {
  type BoundedRange,
  type Distribution,
  type KnobValue,
  type NormalRange,
  stepsBetween,
} from '../../spec/distribution.js';

/** Digits of a drawn number: of itself where its logarithm is drawn, else of the width of its range. */
const DIGITS = 4;
/** Half of the smallest step of coordinates. */
const EDGE = 2 ** -33;

/**
 * The value of an axis at a coordinate in [0, 1), rising with it. Numbers are rounded, so that they read as they are: to four digits
 * where their logarithm is uniform or normal, else to a thousandth or less of the range, or of σ.
 */
export function axisValue(distribution: Distribution, coordinate: number): KnobValue {
  switch (distribution.type) {
    case 'constant':
      return distribution.value;
    case 'values':
      return distribution.values[Math.floor(coordinate * distribution.values.length)] as KnobValue;
    case 'categorical':
      return byProbability(distribution, coordinate);
    default:
      return 'min' in distribution ? between(distribution, coordinate) : around(distribution, coordinate);
  }
}

function byProbability(
  { values, probabilities }: Extract<Distribution, { readonly type: 'categorical' }>,
  coordinate: number,
): KnobValue {
  let below = 0;
  const at = probabilities.findIndex((own) => {
    below += own;
    return coordinate < below;
  });
  const last = probabilities.findLastIndex((own) => own > 0);
  return values[at < 0 ? last : at] as KnobValue;
}

function between({ type, min, max, q }: BoundedRange, coordinate: number): number {
  if (type === 'int_uniform') return Math.min(max, min + Math.floor(coordinate * (max - min + 1)));
  const isLogarithm = type === 'log_uniform_values' || type === 'q_log_uniform_values';
  const value = isLogarithm ? min * (max / min) ** coordinate : min + coordinate * (max - min);
  if (q !== undefined) return multiple(value, q, { min, max });
  const rounded = isLogarithm ? Number(value.toPrecision(DIGITS)) : toStep(value, max - min);
  return Math.min(max, Math.max(min, rounded));
}

function around({ type, mu, sigma, q }: NormalRange, coordinate: number): number {
  const normal = mu + sigma * inverseNormal(Math.min(1 - EDGE, Math.max(EDGE, coordinate)));
  const isLogarithm = type === 'log_normal' || type === 'q_log_normal';
  const value = isLogarithm ? Math.exp(normal) : normal;
  if (q !== undefined) return multiple(value, q);
  return isLogarithm ? Number(value.toPrecision(DIGITS)) : toStep(value, sigma);
}

/** The nearest multiple of `q` within the bounds. */
function multiple(
  value: number,
  q: number,
  bounds = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
): number {
  const { least, most } = stepsBetween(bounds, q);
  const steps = Math.min(most, Math.max(least, Math.round(value / q)));
  return Number((steps * q).toPrecision(12));
}

/** Rounded to the power of ten that is at most a thousandth of the width. */
function toStep(value: number, width: number): number {
  const decimals = DIGITS - 1 - Math.floor(Math.log10(width));
  if (decimals < 0) return Math.round(value / 10 ** -decimals) * 10 ** -decimals;
  return Number(value.toFixed(Math.min(100, decimals)));
}

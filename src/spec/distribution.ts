import type { ParameterValue } from '../program.js';
import type { TrialConfig } from '../sweep.js';

/** A value of a knob or parameter. */
export type KnobValue = TrialConfig[keyof TrialConfig] | ParameterValue;

/** Numbers between two bounds, both included: multiples of `q` where it is given. */
export interface BoundedRange {
  readonly type: 'uniform' | 'int_uniform' | 'q_uniform' | 'log_uniform_values' | 'q_log_uniform_values';
  readonly min: number;
  readonly max: number;
  readonly q?: number;
}

/** Normal numbers, or e to the power of them: multiples of `q` where it is given. */
export interface NormalRange {
  readonly type: 'normal' | 'q_normal' | 'log_normal' | 'q_log_normal';
  readonly mu: number;
  readonly sigma: number;
  readonly q?: number;
}

/** What the values of an axis are taken from, as data; the names are W&B's. */
export type Distribution =
  | { readonly type: 'values'; readonly values: readonly KnobValue[] }
  | { readonly type: 'constant'; readonly value: KnobValue }
  /** The probabilities sum to 1. */
  | {
      readonly type: 'categorical';
      readonly values: readonly KnobValue[];
      readonly probabilities: readonly number[];
    }
  | BoundedRange
  | NormalRange;

/** Whether a distribution is one of numbers that nothing lists. */
export function isRange(distribution: Distribution): distribution is BoundedRange | NormalRange {
  return 'min' in distribution || 'mu' in distribution;
}

/** Every value of a distribution, in the order of the spec; of a range its bounds, or its centre where it has none. */
export function valuesOf(distribution: Distribution): readonly KnobValue[] {
  if (distribution.type === 'constant') return [distribution.value];
  if ('values' in distribution) return distribution.values;
  if ('min' in distribution) return [distribution.min, distribution.max];
  return [distribution.type.endsWith('log_normal') ? Math.exp(distribution.mu) : distribution.mu];
}

/** Of a number of steps: 0.3 / 0.1 is a little less than three. */
const ROUNDING = 1e-9;

/** The least and the most steps of `q` that lie between two bounds; the least is the larger one where none does. */
export function stepsBetween(
  { min, max }: { readonly min: number; readonly max: number },
  q: number,
): { readonly least: number; readonly most: number } {
  return { least: Math.ceil(min / q - ROUNDING), most: Math.floor(max / q + ROUNDING) };
}

/** Whether a value is one that a range may have. */
export function isWithin(distribution: Distribution, value: unknown): boolean {
  if (typeof value !== 'number' || !isRange(distribution)) return false;
  return !('min' in distribution) || (value >= distribution.min && value <= distribution.max);
}

/** How many values a distribution lists; infinite for a range. */
export function valueCount(distribution: Distribution): number {
  return isRange(distribution) ? Number.POSITIVE_INFINITY : valuesOf(distribution).length;
}

/** A range in a few words: `log_uniform_values 0.0001 to 0.1`, `q_uniform 0 to 1 in steps of 0.1`. */
export function distributionText(distribution: BoundedRange | NormalRange): string {
  const step = 'q' in distribution ? ` in steps of ${distribution.q}` : '';
  const numbers =
    'min' in distribution
      ? `${distribution.min} to ${distribution.max}`
      : `${distribution.mu} ± ${distribution.sigma}`;
  return `${distribution.type} ${numbers}${step}`;
}

import type { ParameterPoint, TrialConfig } from '../sweep.js';

/** A value of a knob. */
export type KnobValue = NonNullable<ParameterPoint[keyof TrialConfig]>;

/** What the values of an axis are taken from, as data. */
export type Distribution =
  | { readonly type: 'values'; readonly values: readonly KnobValue[] }
  | { readonly type: 'constant'; readonly value: KnobValue };

/** Every value of a distribution, in the order of the spec. */
export function valuesOf(distribution: Distribution): readonly KnobValue[] {
  return distribution.type === 'constant' ? [distribution.value] : distribution.values;
}

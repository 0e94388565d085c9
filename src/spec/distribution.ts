import type { ParameterValue } from '../program.js';
import type { TrialConfig } from '../sweep.js';

/** A value of a knob or parameter. */
export type KnobValue = TrialConfig[keyof TrialConfig] | ParameterValue;

/** What the values of an axis are taken from, as data. */
export type Distribution =
  | { readonly type: 'values'; readonly values: readonly KnobValue[] }
  | { readonly type: 'constant'; readonly value: KnobValue };

/** Every value of a distribution, in the order of the spec. */
export function valuesOf(distribution: Distribution): readonly KnobValue[] {
  return distribution.type === 'constant' ? [distribution.value] : distribution.values;
}

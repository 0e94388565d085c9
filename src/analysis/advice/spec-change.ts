import type { SpecChange } from './advice.js';

/** The axis with these values, each once; a single value becomes a constant. */
export function axisChange(knob: string, values: readonly unknown[]): SpecChange {
  const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  return {
    path: ['parameters', knob],
    value: distinct.length === 1 ? { value: distinct[0] } : { values: distinct },
  };
}

import type { SpecChange } from './report.js';

/** The axis with these values, each once. */
export function axisChange(knob: string, values: readonly unknown[]): SpecChange {
  const distinct = new Map(values.map((value) => [JSON.stringify(value), value]));
  return { path: ['parameters', knob], value: { values: [...distinct.values()] } };
}

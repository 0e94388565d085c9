import { type KnobName, knobRow } from '../../knobs/knobs.js';

/** Whether advice may name this value; false for knobs that advice lets alone. */
export function isAdvisable(knob: KnobName, value: number): boolean {
  const { advised } = knobRow(knob);
  return advised !== undefined && value >= advised.lowest && value <= advised.highest;
}

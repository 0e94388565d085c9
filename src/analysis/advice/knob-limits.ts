import { knobRow } from '../../knobs/knobs.js';

/** Whether advice may suggest this value; false for knobs on which there is no advice. */
export function isAdvisable(knob: string, value: number): boolean {
  const advised = knobRow(knob)?.advised;
  return advised !== undefined && value >= advised.lowest && value <= advised.highest;
}

import type { ParameterValue } from '../program.js';
import type { TrialConfig } from '../sweep.js';
import { canonicalJson } from '../wording/canonical-json.js';

export type CellValue = number | string | null;

/** A knob's value as a cell. */
export function knobCell(value: TrialConfig[keyof TrialConfig] | ParameterValue): string | number {
  return typeof value === 'string' || typeof value === 'number' ? value : canonicalJson(value);
}

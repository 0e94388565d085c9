import { UserError } from '../../../errors.js';
import { parseSpec } from '../../../spec/parse-spec.js';
import type { SweepSpec } from '../../../spec/sweep-spec.js';
import type { SweepRecord } from '../../store.js';

/** What a recorded spec says about what is kept of its runs; null if it was written for another version. */
export function keptBy(specText: string): Pick<SweepRecord, 'storeLogits' | 'keep'> | null {
  const spec = recordedSpec(specText);
  return spec && { storeLogits: spec.storeLogits, keep: spec.keep };
}

/** The seeds of a recorded spec in order; none if it was written for another version. */
export function seedsBy(specText: string): readonly number[] {
  return recordedSpec(specText)?.seeds ?? [];
}

function recordedSpec(specText: string): SweepSpec | null {
  try {
    return parseSpec(specText);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

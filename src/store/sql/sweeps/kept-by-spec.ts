import { UserError } from '../../../errors.js';
import { parseSpec } from '../../../spec/parse-spec.js';
import type { SweepRecord } from '../../store.js';

/** What a recorded spec says about what is kept of its runs; null if it was written for another version. */
export function keptBy(specText: string): Pick<SweepRecord, 'storeLogits' | 'keep'> | null {
  try {
    const { storeLogits, keep } = parseSpec(specText);
    return { storeLogits, keep };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

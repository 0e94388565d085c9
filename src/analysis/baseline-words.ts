import type { NamedBaseline } from '../knobs/plain-loss.js';

/** What people call the configuration that the others are compared with. */
export interface BaselineWords {
  /** Beside its label. */
  readonly tag: 'cross-entropy' | 'baseline';
  /** In a sentence. */
  readonly noun: 'cross-entropy' | 'the baseline';
  /** The same where one begins. */
  readonly start: 'Cross-entropy' | 'The baseline';
  /** At the head of a column. */
  readonly short: 'CE' | 'base';
}

/** The words for the baseline of a sweep. */
export function baselineWords({ baseline }: { readonly baseline: NamedBaseline }): BaselineWords {
  return baseline === null
    ? { tag: 'cross-entropy', noun: 'cross-entropy', start: 'Cross-entropy', short: 'CE' }
    : { tag: 'baseline', noun: 'the baseline', start: 'The baseline', short: 'base' };
}

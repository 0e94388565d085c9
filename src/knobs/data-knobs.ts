import { KNOB_DEFAULTS, KNOB_NAMES, type KnobName, knobRow, type TrialConfig } from './knobs.js';

/** The knobs that decide how a table becomes features. */
export type DataKnobs = Pick<TrialConfig, 'normalize' | 'encode_numbers'>;

/** Their names. */
export const DATA_KNOBS: readonly KnobName[] = KNOB_NAMES.filter((name) => knobRow(name).section === 'data');

/** The data knobs of a configuration, or of a `data:` section with defaults in place. */
export function dataKnobs({
  normalize = KNOB_DEFAULTS.normalize,
  encode_numbers = KNOB_DEFAULTS.encode_numbers,
}: { readonly [name in keyof DataKnobs]?: DataKnobs[name] | undefined }): DataKnobs {
  return { normalize, encode_numbers };
}

/** A text that is the same for equal data knobs. */
export function dataKey(config: DataKnobs): string {
  return JSON.stringify(dataKnobs(config));
}

/**
 * The data knobs under which the fingerprint of a dataset is taken. It stands for rows and splits, so that all configurations of a
 * sweep have one; but as long as `normalize` was no knob, `none` had a fingerprint of its own, and it keeps it.
 */
export function fingerprintKnobs({ normalize }: { readonly normalize?: string | undefined }): DataKnobs {
  return { ...dataKnobs({}), ...(normalize === 'none' && { normalize }) };
}

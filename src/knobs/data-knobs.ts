import { settled } from './idle-knobs.js';
import { KNOB_DEFAULTS, KNOB_NAMES, type KnobName, knobRow, type TrialConfig } from './knobs.js';

/** The knobs that decide how a table becomes features. Trees take gaps and categories as they are, and numbers on any scale. */
export type DataKnobs = Pick<TrialConfig, 'model' | 'normalize' | 'encode_numbers' | 'encode_categories'>;

/** Those of the `data` section. */
export const DATA_KNOBS: readonly KnobName[] = KNOB_NAMES.filter((name) => knobRow(name).section === 'data');

/** The data knobs of a configuration, or of a `data:` section with defaults in place; those that its model does not use have their default. */
export function dataKnobs({
  model = KNOB_DEFAULTS.model,
  normalize = KNOB_DEFAULTS.normalize,
  encode_numbers = KNOB_DEFAULTS.encode_numbers,
  encode_categories = KNOB_DEFAULTS.encode_categories,
}: { readonly [name in keyof DataKnobs]?: DataKnobs[name] | undefined }): DataKnobs {
  const config = settled({ ...KNOB_DEFAULTS, model, normalize, encode_numbers, encode_categories });
  return {
    model,
    normalize: config.normalize,
    encode_numbers: config.encode_numbers,
    encode_categories: config.encode_categories,
  };
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

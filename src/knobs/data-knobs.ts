import { isForProgram } from '../program.js';
import type { AnyConfig } from '../sweep.js';
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

/** The data knobs of a configuration, whatever trains it: a program gets a table as a network does. */
export function dataKnobsOf(config: AnyConfig): DataKnobs {
  return dataKnobs(isForProgram(config) ? { ...given(config), model: 'mlp' } : config);
}

/** The spec's schema has checked these as knobs. */
function given(config: { readonly [name: string]: unknown }): Partial<DataKnobs> {
  return config;
}

/** A text that is the same for equal data knobs. */
export function dataKey(knobs: DataKnobs): string {
  return JSON.stringify(dataKnobs(knobs));
}

/**
 * The data knobs under which the fingerprint of a dataset is taken. It stands for rows and splits, so that all configurations of a
 * sweep have one; but as long as `normalize` was no knob, `none` had a fingerprint of its own, and it keeps it.
 */
export function fingerprintKnobs({ normalize }: { readonly normalize?: string | undefined }): DataKnobs {
  return { ...dataKnobs({}), ...(normalize === 'none' && { normalize }) };
}

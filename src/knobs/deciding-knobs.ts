import { isForProgram } from '../program.js';
import type { AnyConfig } from '../sweep.js';
import { KNOB_DEFAULTS, KNOB_NAMES, type KnobName, knobRow, type TrialConfig } from './knobs.js';

/** The knobs of the first release, which every configuration has, and the later ones. */
export const FIRST_KNOBS: readonly KnobName[] = KNOB_NAMES.filter(
  (name) => knobRow(name).since === 'first release',
);
export const LATER_KNOBS: readonly KnobName[] = KNOB_NAMES.filter((name) => !FIRST_KNOBS.includes(name));

/**
 * The knobs that identify a configuration: later ones only if they differ from their default, so that a configuration from
 * before they were added keeps its identity. A program's own are all that it has. `known` has knobs that the fingerprint of the dataset
 * holds already.
 */
export function decidingKnobs(config: TrialConfig, known?: Partial<TrialConfig>): Partial<TrialConfig>;
export function decidingKnobs(
  config: AnyConfig,
  known?: Partial<TrialConfig>,
): { readonly [name: string]: unknown };
export function decidingKnobs(config: AnyConfig, known: Partial<TrialConfig> = {}) {
  if (isForProgram(config)) return config;
  const plain = { ...KNOB_DEFAULTS, ...known };
  const changed = LATER_KNOBS.filter((name) => JSON.stringify(config[name]) !== JSON.stringify(plain[name]));
  return Object.fromEntries([...FIRST_KNOBS, ...changed].map((name) => [name, config[name]]));
}

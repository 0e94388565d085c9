import { KNOB_DEFAULTS, KNOB_NAMES, type KnobName, knobRow, type TrialConfig } from './knobs.js';

/** The knobs of the first release, which every configuration says, and the others. */
export const FIRST_KNOBS: readonly KnobName[] = KNOB_NAMES.filter(
  (name) => knobRow(name).since === 'first release',
);
export const LATER_KNOBS: readonly KnobName[] = KNOB_NAMES.filter((name) => !FIRST_KNOBS.includes(name));

/**
 * What a configuration is told apart by: later knobs only where they differ from their default, so that one that was recorded
 * before they came is still the same.
 */
export function decidingKnobs(config: TrialConfig): Partial<TrialConfig> {
  const changed = LATER_KNOBS.filter(
    (name) => JSON.stringify(config[name]) !== JSON.stringify(KNOB_DEFAULTS[name]),
  );
  return Object.fromEntries([...FIRST_KNOBS, ...changed].map((name) => [name, config[name]]));
}

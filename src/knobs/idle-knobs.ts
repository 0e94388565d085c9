import { KNOB_DEFAULTS, KNOB_NAMES, type KnobName, knobRow, type TrialConfig } from './knobs.js';

/** When training looks at a knob; undefined for one that always counts. */
export function countsUnder(
  name: KnobName,
): { readonly knob: KnobName; readonly values: readonly unknown[] } | undefined {
  const { counts } = knobRow(name);
  return counts && { knob: counts.under as KnobName, values: counts.values };
}

/** Knobs that training does not look at take their default, so that their values do not train the same thing again. */
export function settled(config: TrialConfig): TrialConfig {
  const idle = KNOB_NAMES.filter((name) => {
    const condition = countsUnder(name);
    return condition !== undefined && !condition.values.includes(config[condition.knob]);
  });
  return { ...config, ...Object.fromEntries(idle.map((name) => [name, KNOB_DEFAULTS[name]])) };
}

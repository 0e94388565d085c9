import { KNOB_DEFAULTS, KNOB_NAMES, type KnobName, knobRow, type TrialConfig } from './knobs.js';

/** When training uses a knob; undefined for one that is always used. */
export function countsUnder(
  name: KnobName,
): { readonly knob: KnobName; readonly values: readonly unknown[] } | undefined {
  const { counts } = knobRow(name);
  return counts && { knob: counts.under as KnobName, values: counts.values };
}

/** Whether configurations of a model use a knob, as far as the model decides it. */
export function isOfModel(name: KnobName, { model }: Pick<TrialConfig, 'model'>): boolean {
  const condition = countsUnder(name);
  return condition?.knob !== 'model' || condition.values.includes(model);
}

/** Sets knobs that training does not use to their default, so that their values do not train the same thing again. */
export function settled(config: TrialConfig): TrialConfig {
  const idle = KNOB_NAMES.filter((name) => {
    const condition = countsUnder(name);
    return condition !== undefined && !condition.values.includes(config[condition.knob]);
  });
  return { ...config, ...Object.fromEntries(idle.map((name) => [name, KNOB_DEFAULTS[name]])) };
}

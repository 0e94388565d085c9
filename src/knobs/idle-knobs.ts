import { isForProgram, type ProgramConfig } from '../program.js';
import { KNOB_DEFAULTS, KNOB_NAMES, type KnobName, knobRow, type TrialConfig } from './knobs.js';

/** When training uses a knob; undefined for one that is always used. */
export function countsUnder(
  name: string,
): { readonly knob: KnobName; readonly values: readonly unknown[] } | undefined {
  const counts = knobRow(name)?.counts;
  return counts && { knob: counts.under as KnobName, values: counts.values };
}

/** Whether a configuration's model uses a knob, as far as the model decides it; a program uses what it is given. */
export function isOfModel(name: string, config: Pick<TrialConfig, 'model'> | ProgramConfig): boolean {
  if (isForProgram(config))
    return name === 'model' || (Object.hasOwn(config, name) && config[name] !== undefined);
  if (knobRow(name) === undefined) return false;
  const condition = countsUnder(name);
  return condition?.knob !== 'model' || condition.values.includes(config.model);
}

/** Sets knobs that training does not use to their default, so that their values do not train the same thing again. */
export function settled(config: TrialConfig): TrialConfig {
  const idle = KNOB_NAMES.filter((name) => {
    const condition = countsUnder(name);
    return condition !== undefined && !condition.values.includes(config[condition.knob]);
  });
  return { ...config, ...Object.fromEntries(idle.map((name) => [name, KNOB_DEFAULTS[name]])) };
}

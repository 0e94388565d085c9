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

/** Whether training with a configuration uses a knob: its model does, and so do the knobs that decide when it counts. */
export function isUsed(name: string, config: TrialConfig | ProgramConfig): boolean {
  if (isForProgram(config)) return isOfModel(name, config);
  if (knobRow(name) === undefined) return false;
  const condition = countsUnder(name);
  if (condition === undefined) return true;
  return condition.values.includes(config[condition.knob]) && isUsed(condition.knob, config);
}

/** Sets knobs that training does not use to their default, so that their values do not train the same thing again. */
export function settled(config: TrialConfig): TrialConfig {
  const idle = KNOB_NAMES.filter((name) => {
    const condition = countsUnder(name);
    return condition !== undefined && !condition.values.includes(config[condition.knob]);
  });
  return { ...config, ...Object.fromEntries(idle.map((name) => [name, KNOB_DEFAULTS[name]])) };
}

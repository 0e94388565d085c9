import { settled } from '../knobs/idle-knobs.js';
import { knobValue } from '../knobs/knob-value.js';
import { isForProgram, type ParameterValue, type ProgramConfig } from '../program.js';
import type { AnyConfig, ParameterPoint, SpacePoint, TrialConfig } from '../sweep.js';
import { knobCell } from '../where/cells.js';
import { evaluate } from '../where/evaluate.js';
import type { Condition } from '../where/where.js';

/** The configuration of a point over the constants of its space. */
export function configAt(base: AnyConfig, point: ParameterPoint): AnyConfig {
  const config: object = { ...base, ...point };
  return isForProgram(base) ? (config as ProgramConfig) : settled(config as TrialConfig);
}

/** A point with the name of its space. */
export function inSpace(point: ParameterPoint, space: string | null): SpacePoint {
  return space === null ? point : { space, ...point };
}

/** Whether a configuration fulfils a condition of the spec; what is unknown does not, as in SQL. */
export function fulfils(condition: Condition | null, config: AnyConfig, space: string | null): boolean {
  if (condition === null) return true;
  const cells = Object.keys(config).map((name) => {
    const value = (knobValue(config, name) ?? null) as ParameterValue;
    return [name, value === null ? null : knobCell(value)] as const;
  });
  return evaluate(condition, new Map([['space', space], ...cells])) === true;
}

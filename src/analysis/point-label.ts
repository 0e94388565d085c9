import { isUsed } from '../knobs/idle-knobs.js';
import { knobValue } from '../knobs/knob-value.js';
import type { AnyConfig, ParameterPoint, Trial } from '../sweep.js';

/** A configuration in one line: `alpha=balanced gamma=2 learning_rate=0.001`. */
export function pointLabel(point: ParameterPoint): string {
  const parts = Object.entries(point).map(([knob, value]) => `${knob}=${valueLabel(value)}`);
  return parts.length === 0 ? '(as in the spec)' : parts.join(' ');
}

/** The values of a configuration's axes that its training uses: momentum is one under SGD alone. */
export function usedPoint({ point, config }: Pick<Trial, 'point' | 'config'>): ParameterPoint {
  return Object.fromEntries(Object.entries(point).filter(([knob]) => isUsed(knob, config)));
}

/** These in one line, after the name of the space where the sweep has several: `trees: alpha=balanced gamma=0`. */
export function trialLabel(trial: Pick<Trial, 'space' | 'point' | 'config'>): string {
  const { space } = trial;
  const point = usedPoint(trial);
  if (space === undefined) return pointLabel(point);
  return Object.keys(point).length === 0 ? space : `${space}: ${pointLabel(point)}`;
}

/** Stands for the value of a knob that training does not use. */
export const UNUSED = '—';

/** The value of a configuration's knob; a dash where its training does not use it. */
export function knobLabel(config: AnyConfig, knob: string): string {
  return isUsed(knob, config) ? valueLabel(knobValue(config, knob)) : UNUSED;
}

/** A knob's value without JSON's quotes. */
export function valueLabel(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueLabel).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}:${valueLabel(item)}`)
      .join(',')}}`;
  }
  return String(value);
}

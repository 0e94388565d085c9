import type { ParameterPoint } from '../sweep.js';

/** A configuration in one line: `alpha=balanced gamma=2 learning_rate=0.001`. */
export function pointLabel(point: ParameterPoint): string {
  const parts = Object.entries(point).map(([knob, value]) => `${knob}=${valueLabel(value)}`);
  return parts.length === 0 ? '(as in the spec)' : parts.join(' ');
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

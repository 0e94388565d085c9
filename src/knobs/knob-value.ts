import type { AnyConfig } from '../sweep.js';

/** A configuration's value of a knob or parameter; undefined where it has none. */
export function knobValue(config: AnyConfig, name: string): unknown {
  return (config as { readonly [name: string]: unknown })[name];
}

/** The value of a knob where it is a number. */
export function numberIn(config: AnyConfig, name: string): number | undefined {
  const value = knobValue(config, name);
  return typeof value === 'number' ? value : undefined;
}

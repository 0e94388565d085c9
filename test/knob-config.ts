import { isForProgram } from '../src/program.js';
import type { AnyConfig, TrialConfig } from '../src/sweep.js';

/** A configuration for a trainer of this package, which has every knob. */
export function knobConfig(config: AnyConfig | undefined): TrialConfig {
  if (config === undefined || isForProgram(config)) throw new TypeError('a configuration of knobs is wanted');
  return config;
}

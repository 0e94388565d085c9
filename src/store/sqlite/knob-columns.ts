import { KNOB_NAMES } from '../../knobs/knobs.js';
import { canonicalJson } from '../../plan/identity.js';
import type { AlphaScheme, TrialConfig } from '../../sweep.js';
import type { KnobColumns } from './schema.js';

/** A configuration as columns. */
export function toKnobColumns(config: TrialConfig): KnobColumns {
  const { alpha } = config;
  return {
    ...config,
    alpha: typeof alpha === 'object' ? canonicalJson(alpha) : alpha,
    hidden: canonicalJson(config.hidden),
  };
}

/** The configuration that columns hold. */
export function fromKnobColumns(columns: KnobColumns): TrialConfig {
  const { alpha } = columns;
  const isJson = typeof alpha === 'string' && /^[[{]/.test(alpha);
  const knobs = Object.fromEntries(KNOB_NAMES.map((name) => [name, columns[name]]));
  return {
    ...(knobs as unknown as TrialConfig),
    alpha: (isJson ? JSON.parse(alpha) : alpha) as AlphaScheme,
    hidden: JSON.parse(columns.hidden) as number[],
  };
}

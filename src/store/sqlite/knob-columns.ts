import { canonicalJson } from '../../plan/identity.js';
import type { AlphaScheme, TrialConfig } from '../../sweep.js';
import type { KnobColumns } from './schema.js';

/** How a column's values compare: as numbers, as text, as α (both, or JSON), or as the JSON text of a list. */
export type ColumnKind = 'number' | 'text' | 'alpha' | 'list';

/** Every knob, in the order that people read them, with the kind of its column. */
export const KNOB_KINDS = {
  alpha: 'alpha',
  gamma: 'number',
  learning_rate: 'number',
  epochs: 'number',
  batch_size: 'number',
  optimizer: 'text',
  momentum: 'number',
  weight_decay: 'number',
  patience: 'number',
  sampler: 'text',
  mixup: 'number',
  select: 'text',
  hidden: 'list',
  activation: 'text',
  dropout: 'number',
} as const satisfies { readonly [name in keyof TrialConfig]: ColumnKind };

/** Names of the knobs, in the order that people read them. */
export const KNOB_NAMES = Object.keys(KNOB_KINDS) as readonly (keyof TrialConfig)[];

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

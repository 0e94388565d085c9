import type { Metric } from '../metric.js';
import type { TrialConfig } from '../sweep.js';
import type { Aim } from './aims.js';
import type { DataSpec } from './data-spec.js';
import { type Distribution, valuesOf } from './distribution.js';

/** One axis of the search space, in the order of the spec. */
export interface Axis {
  readonly knob: keyof TrialConfig;
  readonly distribution: Distribution;
}

export const ENGINE_NAMES = [
  'auto',
  'native',
  'native/addon',
  'native/wasm',
  'tfjs',
  'tfjs/node-gpu',
  'tfjs/node',
  'tfjs/wasm',
  'tfjs/cpu',
] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** A path of a CSV table, or per true class the cost of each mistake: one number, or one per predicted class. */
export type CostSpec = string | Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** Configurations of one model: a whole sweep, or one of the `spaces` of a spec. */
export interface Space {
  /** Null for the only space of a spec without `spaces`. */
  readonly name: string | null;
  readonly axes: readonly Axis[];
  /** The value of every knob that is not an axis. */
  readonly base: TrialConfig;
  /** The name that loads its trainer: an engine of networks, or trees. */
  readonly trainer: EngineName | 'trees';
}

/** A validated sweep spec with all defaults in place. */
export interface SweepSpec {
  readonly name: string;
  readonly description: string;
  readonly method: 'grid';
  readonly metric: Metric;
  /** What reports choose configurations for. */
  readonly choose: readonly Aim[];
  /** Differences within ± this are called equivalent. */
  readonly equivalent: number;
  /** At least one. */
  readonly spaces: readonly Space[];
  readonly seeds: readonly number[];
  /** How often a failed run is tried again. */
  readonly retries: number;
  /** Keep the validation logits of every run. */
  readonly storeLogits: boolean;
  readonly data: DataSpec;
  /** What mistakes cost; undefined if the spec does not say. */
  readonly costs?: CostSpec | undefined;
  /** The text as the user wrote it, and its file. */
  readonly text: string;
  readonly file: string;
}

/** The values of a knob that the configurations of a space have. */
export function knobValues<Knob extends keyof TrialConfig>(
  { axes, base }: Pick<Space, 'axes' | 'base'>,
  knob: Knob,
): readonly TrialConfig[Knob][] {
  const axis = axes.find((candidate) => candidate.knob === knob);
  return axis === undefined ? [base[knob]] : (valuesOf(axis.distribution) as readonly TrialConfig[Knob][]);
}

import { knobValue } from '../knobs/knob-value.js';
import type { NamedBaseline } from '../knobs/plain-loss.js';
import type { Metric } from '../metric.js';
import type { AnyConfig, KeepWord } from '../sweep.js';
import type { Condition } from '../where/where.js';
import type { Aim } from './aims.js';
import type { DataSpec } from './data-spec.js';
import { type Distribution, valuesOf } from './distribution.js';
import type { ProgramSpec } from './programs/program-spec.js';
import type { Budget } from './settings/budget.js';
import type { StopSetting } from './stop-setting.js';

/** One axis of the search space, in the order of the spec. */
export interface Axis {
  /** A knob, or a parameter that only programs know. */
  readonly knob: string;
  readonly distribution: Distribution;
}

/** How points are chosen: every combination, or drawn from the axes. */
export const METHODS = ['grid', 'random', 'sobol', 'tpe', 'nsga2'] as const;
export type Method = (typeof METHODS)[number];

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
  /** The value of every knob that is not an axis; for a program of those that the spec says. */
  readonly base: AnyConfig;
  /** The name that loads its trainer, an engine of networks or trees; or a program. */
  readonly trainer: EngineName | 'trees' | ProgramSpec;
}

/** A validated sweep spec with all defaults in place. */
export interface SweepSpec {
  readonly name: string;
  readonly description: string;
  readonly method: Method;
  /** How many configurations are drawn; null for a grid, which has all. */
  readonly trials: number | null;
  /** The seed of what is drawn. */
  readonly searchSeed: number;
  /** What configurations must fulfil; null if all count. */
  readonly where: Condition | null;
  readonly metric: Metric;
  /** What reports choose configurations for. */
  readonly choose: readonly Aim[];
  /** Differences within ± this are called equivalent. */
  readonly equivalent: number;
  /** At least one. */
  readonly spaces: readonly Space[];
  readonly seeds: readonly number[];
  /** How configurations are dropped before all of their runs are trained. */
  readonly stop: StopSetting;
  /** What the search may spend; null for no limit. Part of no id. */
  readonly budget: Budget | null;
  /** How often a failed run is tried again. */
  readonly retries: number;
  /** Keep the validation logits of every run. */
  readonly storeLogits: boolean;
  /** Whose weights are kept. */
  readonly keep: KeepWord;
  /** Null where programs have their own data. */
  readonly data: DataSpec | null;
  /** What the others are compared with; null for plain cross-entropy. */
  readonly baseline: NamedBaseline;
  /** How many runs train at the same time; null for the default. */
  readonly workers: number | null;
  /** What mistakes cost; undefined if the spec does not say. */
  readonly costs?: CostSpec | undefined;
  /** The text as the user wrote it, and its file. */
  readonly text: string;
  readonly file: string;
}

/** The values of a knob that the configurations of a space have; none that a program is not given. */
export function knobValues({ axes, base }: Pick<Space, 'axes' | 'base'>, knob: string): readonly unknown[] {
  const axis = axes.find((candidate) => candidate.knob === knob);
  if (axis !== undefined) return valuesOf(axis.distribution);
  const value = knobValue(base, knob);
  return value === undefined ? [] : [value];
}

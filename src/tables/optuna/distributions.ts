import { isOfModel } from '../../knobs/idle-knobs.js';
import { isWhole } from '../../knobs/knob.js';
import { knobValue } from '../../knobs/knob-value.js';
import { knobRow } from '../../knobs/knobs.js';
import type { AnyConfig, Trial } from '../../sweep.js';
import { canonicalJson } from '../../wording/canonical-json.js';

/** A value that Optuna knows. */
export type OptunaValue = string | number | boolean | null;

/** A parameter of a study, with one distribution for all its trials. */
export interface OptunaParameter {
  readonly name: string;
  /** Optuna's JSON form. */
  readonly distribution: string;
  /** How Optuna stores a value: the number, or the place among the choices. */
  stored(value: OptunaValue): number;
}

/** From this ratio of largest to smallest value on, a scale of positive numbers is logarithmic. */
const LOG_RATIO = 100;

/** Collects the values of a sweep's trials: the values on its axes, and all else in which trials differ. */
export class ParameterCollector {
  readonly #axes = new Set<string>();
  /** By parameter, the values in the order in which they appear, by their JSON. */
  readonly #values = new Map<string, Map<string, OptunaValue>>();

  add({ config, point }: Trial): void {
    for (const name of Object.keys(point)) this.#axes.add(name);
    for (const name of Object.keys(config)) {
      const value = optunaValue(config, name);
      if (value === undefined) continue;
      const known = this.#values.get(name) ?? new Map<string, OptunaValue>();
      this.#values.set(name, known);
      known.set(JSON.stringify(value), value);
    }
  }

  parameters(): readonly OptunaParameter[] {
    return [...this.#values]
      .filter(([name, values]) => this.#axes.has(name) || values.size > 1)
      .map(([name, values]) => parameter(name, [...values.values()]));
  }
}

/** What a configuration has of a parameter; undefined where it has none, or its model does not use it. */
export function optunaValue(config: AnyConfig, name: string): OptunaValue | undefined {
  if (!isOfModel(name, config)) return undefined;
  const value = knobValue(config, name);
  if (value === undefined || value === null) return value;
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? (value as OptunaValue) : canonicalJson(value);
}

function parameter(name: string, values: readonly OptunaValue[]): OptunaParameter {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length) {
    const places = new Map(values.map((value, at) => [value, at]));
    return {
      name,
      distribution: json('CategoricalDistribution', { choices: values }),
      stored: (value) => places.get(value) ?? 0,
    };
  }
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const log = low > 0 && high / low >= LOG_RATIO;
  const knob = knobRow(name);
  const isInt = numbers.every(Number.isSafeInteger) && (knob === undefined || isWhole(knob));
  return {
    name,
    distribution: isInt
      ? json('IntDistribution', { log, step: 1, low, high })
      : json('FloatDistribution', { step: null, low, high, log }),
    stored: Number,
  };
}

function json(name: string, attributes: object): string {
  return JSON.stringify({ name, attributes });
}

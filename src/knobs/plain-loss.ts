import { isForProgram, type ParameterValue } from '../program.js';
import type { AnyConfig } from '../sweep.js';
import { countsUnder } from './idle-knobs.js';
import { knobValue } from './knob-value.js';
import { KNOB_NAMES, type KnobName, knobRow } from './knobs.js';

/** The knobs of the loss with the values that make it plain cross-entropy. */
export const PLAIN_LOSS: ReadonlyMap<KnobName, unknown> = new Map(
  KNOB_NAMES.flatMap((name) => {
    const { plain } = knobRow(name);
    return plain === undefined ? [] : [[name, plain.value]];
  }),
);

/** Whether only the loss uses a knob: one that is plain in cross-entropy, or that cross-entropy does not use. */
export function isLossKnob(name: string): boolean {
  const condition = countsUnder(name);
  const other = condition && PLAIN_LOSS.get(condition.knob);
  return PLAIN_LOSS.has(name as KnobName) || (other !== undefined && !condition?.values.includes(other));
}

/** `γ = 0, α = 1`: the same for people. */
export const PLAIN_LOSS_TEXT = KNOB_NAMES.flatMap((name) => knobRow(name).plain ?? [])
  .toReversed()
  .map(({ sign, value }) => `${sign} = ${value}`)
  .join(', ');

/**
 * Whether a configuration's loss is plain cross-entropy. Of a program that takes γ or α it is as far as is known, where null is no loss;
 * of another program it is not.
 */
export function isCrossEntropy(config: AnyConfig): boolean {
  const isProgram = isForProgram(config);
  if (isProgram && !takesLoss(config)) return false;
  return [...PLAIN_LOSS].every(
    ([name, value]) => (isProgram && (config[name] ?? null) === null) || config[name] === value,
  );
}

/** Whether a program is told what its loss should be. */
function takesLoss(config: { readonly [name: string]: unknown }): boolean {
  return (config.gamma ?? config.alpha ?? null) !== null;
}

/** Values of some parameters that make a configuration the baseline; null for plain cross-entropy. */
export type NamedBaseline = { readonly [name: string]: ParameterValue } | null;

/** Whether baselines have a value of their own of this knob, and none from the grid. */
export function isOfBaseline(knob: string, named: NamedBaseline): boolean {
  return named === null ? isLossKnob(knob) : Object.hasOwn(named, knob);
}

/** Whether a configuration is one that the others are compared with. */
export function isBaseline(config: AnyConfig, named: NamedBaseline): boolean {
  if (named === null) return isCrossEntropy(config);
  return Object.entries(named).every(
    ([name, value]) => JSON.stringify(knobValue(config, name)) === JSON.stringify(value),
  );
}

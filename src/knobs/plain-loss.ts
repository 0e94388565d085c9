import { countsUnder } from './idle-knobs.js';
import { KNOB_NAMES, type KnobName, knobRow, type TrialConfig } from './knobs.js';

/** The knobs of the loss with the values that make it plain cross-entropy. */
export const PLAIN_LOSS: ReadonlyMap<KnobName, unknown> = new Map(
  KNOB_NAMES.flatMap((name) => {
    const { plain } = knobRow(name);
    return plain === undefined ? [] : [[name, plain.value]];
  }),
);

/** Whether only the loss uses a knob: one that is plain in cross-entropy, or that cross-entropy does not use. */
export function isLossKnob(name: KnobName): boolean {
  const condition = countsUnder(name);
  const other = condition && PLAIN_LOSS.get(condition.knob);
  return PLAIN_LOSS.has(name) || (other !== undefined && !condition?.values.includes(other));
}

/** `γ = 0, α = 1`: the same for people. */
export const PLAIN_LOSS_TEXT = KNOB_NAMES.flatMap((name) => knobRow(name).plain ?? [])
  .toReversed()
  .map(({ sign, value }) => `${sign} = ${value}`)
  .join(', ');

/** Whether a configuration's loss is plain cross-entropy: the baseline of every sweep. */
export function isCrossEntropy(config: TrialConfig): boolean {
  return [...PLAIN_LOSS].every(([name, value]) => config[name] === value);
}

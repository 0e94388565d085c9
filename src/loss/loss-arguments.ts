import { UserError } from '../errors.js';
import { counted } from '../wording/counted.js';
import { didYouMean } from '../wording/did-you-mean.js';

interface Batch {
  readonly logits: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly classes: number;
}

interface Parameters {
  readonly alpha: ArrayLike<number>;
  readonly gamma: number;
  readonly offsets?: ArrayLike<number>;
  readonly margins?: ArrayLike<number>;
  readonly polyEpsilon?: number;
}

const REDUCTIONS = ['none', 'sum', 'mean'];

/** Throws UserError for what gives no loss, or one of something else. */
export function requireLossArguments(
  { logits, targets, classes }: Batch,
  { alpha, gamma, offsets, margins, polyEpsilon }: Parameters,
): void {
  if (!(Number.isSafeInteger(classes) && classes >= 2)) {
    throw new UserError(`there are ${classes} classes`, {
      where: 'classes',
      fix: 'Give a whole number of 2 or more.',
    });
  }
  if (logits.length !== targets.length * classes) {
    throw new UserError(
      `there are ${counted(logits.length, 'logit')} for ${counted(targets.length, 'target')} and ${classes} classes`,
      { where: 'logits', fix: 'Give one for each row and class, row by row.' },
    );
  }
  requireClasses(targets, classes, 'targets');
  for (const [where, values] of Object.entries({ alpha, offsets, margins })) {
    if (values === undefined && where !== 'alpha') continue;
    if (values?.length === classes) continue;
    const what =
      values?.length === undefined ? `it is ${values}` : `it has ${counted(values.length, 'value')}`;
    throw new UserError(`${what}, and there are ${classes} classes`, {
      where,
      fix: 'Give a list with one for each class.',
    });
  }
  requireWeights([gamma], 'gamma');
  requireWeights(alpha, 'alpha');
  if (offsets !== undefined) requireFinite(offsets, 'offsets');
  if (margins !== undefined) requireFinite(margins, 'margins');
  if (polyEpsilon !== undefined) requireFinite([polyEpsilon], 'polyEpsilon');
}

/** Throws UserError for a reduction that there is not. */
export function requireReduction(reduction: string): void {
  if (REDUCTIONS.includes(reduction)) return;
  throw new UserError(`there is no reduction "${reduction}".${didYouMean(String(reduction), REDUCTIONS)}`, {
    where: 'reduction',
    fix: `Use ${REDUCTIONS.join(', ')}.`,
  });
}

/** Throws UserError for a value that is no index of so many classes. */
export function requireClasses(indices: ArrayLike<number>, classes: number, where: string): void {
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row] as number;
    if (Number.isInteger(index) && index >= 0 && index < classes) continue;
    throw new UserError(`value ${row + 1} is ${index}, which is no class`, {
      where,
      fix: `Give class indices: whole numbers from 0 to ${classes - 1}.`,
    });
  }
}

/** Throws UserError for a value that is negative or not finite, or that a caller without types gives in place of a number. */
export function requireWeights(values: ArrayLike<unknown>, where: string): void {
  requireFinite(values, where, 0);
}

/** Whether it is a finite number of at least this; `null` and texts such as `'2'` are none. */
export function isFiniteNumber(value: unknown, least = -Infinity): boolean {
  return Number.isFinite(value) && (value as number) >= least;
}

function requireFinite(values: ArrayLike<unknown>, where: string, least?: number): void {
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (isFiniteNumber(value, least)) continue;
    const fix = `Give finite numbers${least === undefined ? '' : ` of ${least} or more`}.`;
    throw new UserError(`${where} is ${value}`, { where, fix });
  }
}

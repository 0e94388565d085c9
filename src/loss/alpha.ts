import { UserError } from '../errors.js';
import type { AlphaScheme } from '../sweep.js';
import { classesText, didYouMeanClass, namesByClass } from '../wording/class-names.js';
import { counted } from '../wording/counted.js';
import { didYouMean } from '../wording/did-you-mean.js';
import { isFiniteNumber } from './loss-arguments.js';

/** What a scheme may use: the fixed label set and its training rows. */
export interface AlphaContext {
  readonly classNames: readonly string[];
  /** Training rows of every class. */
  readonly trainSupport: ArrayLike<number>;
}

/** α of every class under a scheme. Throws UserError for unknown classes, a wrong length, negative or non-finite weights. */
export function resolveAlpha(scheme: AlphaScheme, context: AlphaContext): Float32Array {
  const given = weights(scheme, context);
  const alpha = Float32Array.from(given);
  // A number can be too large for float32, and what a caller without types gives could become one.
  const bad = given.findIndex((weight, cls) => !(isFiniteNumber(weight, 0) && isFiniteNumber(alpha[cls])));
  if (bad >= 0) {
    throw new UserError(`alpha of class "${context.classNames[bad]}" is ${given[bad]}`, {
      where: 'alpha',
      fix: 'Weights are finite numbers of 0 or more.',
    });
  }
  return alpha;
}

function weights(scheme: AlphaScheme, context: AlphaContext): readonly number[] {
  const { classNames } = context;
  if (typeof scheme === 'number') return classNames.map(() => scheme);
  if (scheme === 'balanced') return balanced(supportOf(context));
  if (isList(scheme)) return listed(Array.from(scheme), classNames);
  if (typeof scheme !== 'object' || scheme === null) {
    throw new UserError(
      `there are no class weights "${scheme}".${didYouMean(String(scheme), ['balanced'])}`,
      {
        where: 'alpha',
        fix: "Give a number, 'balanced', {effective_number: 0.999}, a list, or weights by the names of classes.",
      },
    );
  }
  const beta = scheme.effective_number;
  if (beta !== undefined && Object.keys(scheme).length === 1 && !classNames.includes('effective_number')) {
    return effectiveNumber(beta, supportOf(context));
  }
  return byName(scheme as Readonly<Record<string, number>>, classNames);
}

function isList(scheme: AlphaScheme): scheme is readonly number[] {
  return Array.isArray(scheme) || ArrayBuffer.isView(scheme);
}

/** Training rows by class. A class without any counts as one row: it is never trained, but its numbers must stay finite. */
export function supportOf({ classNames, trainSupport }: AlphaContext): readonly number[] {
  if (trainSupport.length !== classNames.length) {
    throw new UserError(
      `it counts ${counted(trainSupport.length, 'class', 'classes')} of ${classNames.length}`,
      {
        where: 'trainSupport',
        fix: 'Give the training rows of every class.',
      },
    );
  }
  return classNames.map((_, index) => Math.max(1, trainSupport[index] ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** N / (C · n_c): scikit-learn's class_weight="balanced". */
function balanced(rows: readonly number[]): readonly number[] {
  const total = sum(rows);
  return rows.map((count) => total / (rows.length * count));
}

/** (1 − β) / (1 − β^n_c), scaled to mean 1 over training rows. Cui et al. 2019, "Class-Balanced Loss Based on Effective Number of Samples". */
function effectiveNumber(beta: number, rows: readonly number[]): readonly number[] {
  if (!(beta >= 0 && beta < 1)) {
    throw new UserError(`effective_number is ${beta}`, {
      where: 'alpha.effective_number',
      fix: 'β lies in [0, 1); 0.999 is a usual choice.',
    });
  }
  // −expm1(n·log β) = 1 − β^n without cancellation for β near 1.
  const raw = rows.map((count) => (1 - beta) / -Math.expm1(count * Math.log(beta)));
  const scale = sum(rows) / sum(raw.map((weight, index) => weight * (rows[index] as number)));
  return raw.map((weight) => weight * scale);
}

function byName(scheme: Readonly<Record<string, number>>, classNames: readonly string[]): readonly number[] {
  const names = namesByClass(Object.keys(scheme), classNames, {
    unknown: (name) =>
      new UserError(
        `alpha names a class "${name}" that is not in the data.${didYouMeanClass(name, classNames)}`,
        { where: 'alpha', fix: `The classes are ${classesText(classNames)}.` },
      ),
    twice: (first, second, className) =>
      new UserError(`alpha names one class twice, as "${first}" and "${second}"`, {
        where: 'alpha',
        fix: `Give one weight for "${className}".`,
      }),
  });
  return classNames.map((_, cls) => {
    const name = names.get(cls);
    return name === undefined ? 1 : (scheme[name] as number);
  });
}

function listed(scheme: readonly number[], classNames: readonly string[]): readonly number[] {
  if (scheme.length !== classNames.length) {
    throw new UserError(
      `alpha lists ${counted(scheme.length, 'weight')} for ${counted(classNames.length, 'class', 'classes')}`,
      {
        where: 'alpha',
        fix: `Give one weight for each of ${classesText(classNames)}, in this order; or name classes in a map.`,
      },
    );
  }
  return scheme;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { resolveAlpha } from '../../src/loss/alpha.js';
import { thrown } from '../thrown.js';

const context = { classNames: ['benign', 'Emotet', 'Dridex'], trainSupport: [600, 300, 100] };

describe('alpha schemes', () => {
  it('gives a number to every class', () => {
    expect([...resolveAlpha(2, context)]).toEqual([2, 2, 2]);
  });

  it('balances as scikit-learn’s class_weight', () => {
    // compute_class_weight("balanced", …) of 600, 300 and 100 rows.
    expect([...resolveAlpha('balanced', context)]).toEqual([5 / 9, 10 / 9, 10 / 3].map(Math.fround));
  });

  it('weighs by effective number, mean 1 over the training rows', () => {
    const raw = context.trainSupport.map((rows) => (1 - 0.99) / (1 - 0.99 ** rows));
    const mean =
      raw.reduce((sum, weight, index) => sum + weight * (context.trainSupport[index] ?? 0), 0) / 1000;
    const alpha = resolveAlpha({ effective_number: 0.99 }, context);
    alpha.forEach((weight, index) => {
      expect(weight).toBeCloseTo((raw[index] ?? 0) / mean, 6);
    });
  });

  it('goes from equal weights to balanced ones as β goes from 0 to 1', () => {
    expect([...resolveAlpha({ effective_number: 0 }, context)]).toEqual([1, 1, 1]);
    const nearlyBalanced = resolveAlpha({ effective_number: 1 - 1e-12 }, context);
    resolveAlpha('balanced', context).forEach((weight, index) => {
      expect(nearlyBalanced[index]).toBeCloseTo(weight, 5);
    });
  });

  it('keeps the mean over training rows at 1 and prefers rare classes', () => {
    const supports = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 2, maxLength: 21 });
    fc.assert(
      fc.property(supports, fc.double({ min: 0, max: 0.99999, noNaN: true }), (trainSupport, beta) => {
        const classNames = trainSupport.map((_, index) => `c${index}`);
        const rows = trainSupport.reduce((sum, count) => sum + count, 0);
        for (const scheme of ['balanced', { effective_number: beta }] as const) {
          const alpha = resolveAlpha(scheme, { classNames, trainSupport });
          const mean =
            alpha.reduce((sum, weight, index) => sum + weight * (trainSupport[index] ?? 0), 0) / rows;
          expect(mean).toBeCloseTo(1, 5);
          const rarestFirst = [...alpha.keys()].sort(
            (a, b) => (trainSupport[a] ?? 0) - (trainSupport[b] ?? 0) || (alpha[b] ?? 0) - (alpha[a] ?? 0),
          );
          const weights = rarestFirst.map((index) => alpha[index] ?? 0);
          expect(weights).toEqual(weights.toSorted((a, b) => b - a));
        }
      }),
    );
  });

  it('takes classes by any spelling of their labels, and each once', () => {
    const numbers = { classNames: ['0', '1', '1.5'], trainSupport: [5, 5, 5] };
    expect([...resolveAlpha({ '0.0': 2, '+1.0': 3 }, numbers)]).toEqual([2, 3, 1]);
    const refused = (scheme: Record<string, number>) =>
      thrown(() => resolveAlpha(scheme, numbers)) as UserError;
    expect(refused({ '0': 2, '0.0': 3 }).message).toBe('alpha names one class twice, as "0" and "0.0"');
    // No number is a slip of the pen for another one.
    expect(refused({ '2.0': 2 }).message).toBe('alpha names a class "2.0" that is not in the data.');
    // A class of exactly this name comes first.
    const both = { classNames: ['1', '1.0'], trainSupport: [5, 5] };
    expect([...resolveAlpha({ '1.0': 2 }, both)]).toEqual([1, 2]);
  });

  it('takes a map by class name, 1 for the others, and a list', () => {
    expect([...resolveAlpha({ Dridex: 3, benign: 0.5 }, context)]).toEqual([0.5, 1, 3]);
    expect([...resolveAlpha([1, 2, 3], context)]).toEqual([1, 2, 3]);
  });

  it('keeps a class without training rows finite', () => {
    const alpha = resolveAlpha('balanced', { ...context, trainSupport: [10, 10, 0] });
    expect([...alpha].every(Number.isFinite)).toBe(true);
  });

  it.each([
    [{ Dirdex: 3 }, /class "Dirdex".*Did you mean "Dridex"/],
    [[1, 2], /2 weights for 3 classes/],
    [{ Dridex: -1 }, /"Dridex" is -1/],
    [Number.NaN, /"benign" is NaN/],
    [[1, null, 1], /"Emotet" is null/],
    [{ Dridex: '2' }, /"Dridex" is 2/],
    [1e300, /"benign" is 1e\+300/],
    [{ effective_number: 1 }, /effective_number is 1/],
    ['balancd', /no class weights "balancd"\. Did you mean "balanced"\?/],
    [null, /no class weights "null"/],
    [undefined, /no class weights "undefined"/],
  ])('refuses %j', (given, message) => {
    const scheme = given as number;
    expect(() => resolveAlpha(scheme, context)).toThrow(UserError);
    expect(() => resolveAlpha(scheme, context)).toThrow(message);
  });

  it('takes a typed array, and refuses counts of some classes only', () => {
    expect([...resolveAlpha(Float32Array.of(1, 2, 3) as never, context)]).toEqual([1, 2, 3]);
    const short = { ...context, trainSupport: [1, 2] };
    expect(() => resolveAlpha('balanced', short)).toThrow(/it counts 2 classes of 3/);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isConstant, momentsOf } from '../../src/data/prepare/moments.js';
import { cases } from '../property-cases.js';
import { loadFiles } from './table-folder.js';
import { ofCells, rows } from './table-of-cells.js';

const zscore = { normalize: 'zscore' } as const;

describe('columns that are constant but for rounding', () => {
  test.each([
    ['0.1 and its neighbour', (i: number) => (i % 3 === 0 ? '0.10000000000000002' : '0.1')],
    ['a large number and its neighbour', (i: number) => (i % 3 === 0 ? '1e15' : '1000000000000000.1')],
    ['sums in another order', (i: number) => `${i % 2 === 0 ? 0.1 + 0.2 + 0.3 : 0.3 + 0.2 + 0.1}`],
  ])('are dropped: %s', async (_, cell) => {
    for (const normalize of ['zscore', 'none'] as const) {
      const { featureNames, card } = await ofCells(rows(60, cell), { normalize });
      expect(featureNames).toEqual(['i']);
      expect(card.notes.join()).toContain('constant on the training rows: x');
    }
  });
});

describe('columns that vary', () => {
  test.each([
    ['by 1e-190', (i: number) => `${1 + (i % 7)}e-190`],
    ['by 1e-300', (i: number) => `${1 + (i % 7)}e-300`],
    [
      'by milliseconds in nanoseconds since 1970',
      (i: number) => `${1_700_000_000_000_000_000n + BigInt((i * i) % 97) * 1_000_000n}`,
    ],
    ['around a large number', (i: number) => `${1e12 + ((i * 31) % 17)}`],
  ])('have mean 0 and standard deviation 1: %s', async (_, cell) => {
    const { featureNames, card } = await ofCells(rows(200, cell), zscore);
    expect(featureNames).toContain('x');
    expect(card.normalization.largestMean).toBeLessThan(1e-6);
    expect(card.normalization.largestSdDeviation).toBeLessThan(1e-6);
  });
});

test('z-scores have mean 0 and standard deviation 1 wherever the values lie and however little they vary', async () => {
  const offset = fc.double({ min: -1e15, max: 1e15, noNaN: true });
  const exponent = fc.integer({ min: -200, max: 20 });
  const steps = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 200 });
  fc.assert(
    fc.property(offset, exponent, steps, (start, power, counts) => {
      const values = Float64Array.from(counts, (count) => start + count * 10 ** power);
      const moments = momentsOf(values);
      const constant = isConstant(moments, values.length);
      const rounding = 2 * values.length ** 1.5 * Number.EPSILON * Math.abs(start) + 1e-290;
      expect(Math.max(...values) - Math.min(...values)).toBeLessThanOrEqual(constant ? rounding : Infinity);
      const { mean, sd } = constant
        ? { mean: 0, sd: 1 }
        : momentsOf(values.map((value) => (value - moments.mean - moments.rest) / moments.sd));
      expect(Math.abs(mean)).toBeLessThan(1e-6);
      expect(Math.abs(sd - 1)).toBeLessThan(1e-6);
    }),
    { numRuns: cases(300) },
  );
});

test('a table with nothing but such columns says that nothing varies', async () => {
  const csv = ['x,class', ...rows(60, (i) => `${i % 3 === 0 ? '0.10000000000000002' : '0.1'},${i % 2}`)].join(
    '\n',
  );
  await expect(loadFiles({ 't.csv': csv })).rejects.toThrow('nothing to learn');
});

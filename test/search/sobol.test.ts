import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrambled, sobolPoints, sobolSequence } from '../../src/search/samplers/sobol.js';

const asShares = (point: Uint32Array): readonly number[] => Array.from(point, (own) => own / 2 ** 32);

describe('the sequence', () => {
  it('is that of SciPy, scipy.stats.qmc.Sobol(64, scramble=False)', () => {
    const pointAt = sobolSequence(64);
    const first = Array.from({ length: 8 }, (_, at) => asShares(pointAt(at)).slice(0, 5));
    expect(first).toEqual([
      [0, 0, 0, 0, 0],
      [0.5, 0.5, 0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25, 0.25, 0.75],
      [0.25, 0.75, 0.75, 0.75, 0.25],
      [0.375, 0.375, 0.625, 0.875, 0.375],
      [0.875, 0.875, 0.125, 0.375, 0.875],
      [0.625, 0.125, 0.875, 0.625, 0.625],
      [0.125, 0.625, 0.375, 0.125, 0.125],
    ]);
    const far = [5, 1000, 4095].map((at) => {
      const point = asShares(pointAt(at));
      return [1, 2, 3, 10, 40, 64].map((dimension) => point[dimension - 1]);
    });
    expect(far).toEqual([
      [0.875, 0.875, 0.125, 0.125, 0.375, 0.625],
      [0.2197265625, 0.0966796875, 0.5185546875, 0.0693359375, 0.4794921875, 0.4462890625],
      [0.000244140625, 0.941162109375, 0.334228515625, 0.246337890625, 0.227294921875, 0.553466796875],
    ]);
  });

  it('ends where the table of direction numbers ends', () => {
    expect(() => sobolSequence(65)).toThrow('at most 64 axes');
  });
});

describe('Owen’s scrambling', () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });

  it('moves points that share their first bits together, and no others', () => {
    fc.assert(
      fc.property(word, word, word, fc.integer({ min: 0, max: 32 }), (a, b, seed, depth) => {
        const shared = (x: number, y: number): number => Math.clz32(x ^ y);
        const other =
          depth === 0 ? b : ((a & ~(2 ** (32 - depth) - 1)) | (b & (2 ** (32 - depth) - 1))) >>> 0;
        expect(shared(scrambled(a, seed), scrambled(other, seed))).toBe(shared(a, other));
      }),
    );
  });

  it.each([2, 3, 7, 20])(
    'keeps the balance of %i dimensions: one point in each of 2ⁿ parts',
    (dimensions) => {
      fc.assert(
        fc.property(fc.nat(10_000), fc.integer({ min: 0, max: 8 }), (seed, power) => {
          const pointAt = sobolPoints(seed, dimensions);
          const points = Array.from({ length: 2 ** power }, (_, at) => pointAt(at));
          for (let dimension = 0; dimension < dimensions; dimension++) {
            const parts = new Set(points.map((point) => Math.floor((point[dimension] ?? 1) * 2 ** power)));
            expect(parts.size).toBe(2 ** power);
          }
        }),
        { numRuns: 30 },
      );
    },
  );

  it('is uniform at every point: seeds move the first point everywhere', () => {
    const firsts = Array.from({ length: 4096 }, (_, seed) => sobolPoints(seed, 1)(0)[0] ?? 0);
    const counts = Array.from(
      { length: 16 },
      (_, part) => firsts.filter((own) => Math.floor(own * 16) === part).length,
    );
    const chiSquare = counts.reduce((sum, count) => sum + (count - 256) ** 2 / 256, 0);
    // The 0.9999 quantile of χ² with 15 degrees of freedom.
    expect(chiSquare).toBeLessThan(44.3);
  });

  it('is more even than chance: the centred discrepancy of 128 points in 3 dimensions', () => {
    const pointAt = sobolPoints(1, 3);
    // SciPy has 0.00013 for its own scrambled points, and 0.0052 for random ones on average (qmc.discrepancy, method CD).
    expect(centredDiscrepancy(Array.from({ length: 128 }, (_, at) => pointAt(at)))).toBeLessThan(0.0004);
  });
});

/** Squared, as SciPy has it (Hickernell 1998). */
function centredDiscrepancy(points: readonly (readonly number[])[]): number {
  const off = points.map((point) => point.map((own) => Math.abs(own - 0.5)));
  const count = points.length;
  const product = (values: readonly number[]): number => values.reduce((all, own) => all * own, 1);
  const single = off.reduce((sum, own) => sum + product(own.map((x) => 1 + x / 2 - x ** 2 / 2)), 0);
  const pairs = points.reduce(
    (sum, a, i) =>
      sum +
      points.reduce(
        (inner, b, j) =>
          inner +
          product(
            a.map(
              (x, k) => 1 + (off[i]?.[k] ?? 0) / 2 + (off[j]?.[k] ?? 0) / 2 - Math.abs(x - (b[k] ?? 0)) / 2,
            ),
          ),
        0,
      ),
    0,
  );
  return (13 / 12) ** (points[0]?.length ?? 0) - (2 / count) * single + pairs / count ** 2;
}

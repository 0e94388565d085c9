import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { axisValue } from '../../src/search/samplers/axis-value.js';
import type { Distribution } from '../../src/spec/distribution.js';

const RANGES: readonly Distribution[] = [
  { type: 'uniform', min: -1, max: 3 },
  { type: 'uniform', min: 1e6, max: 9e7 },
  { type: 'uniform', min: 0.30001, max: 0.30009 },
  { type: 'int_uniform', min: -2, max: 9 },
  { type: 'q_uniform', min: 0.3, max: 1.25, q: 0.1 },
  { type: 'log_uniform_values', min: 0.0001, max: 0.1 },
  { type: 'q_log_uniform_values', min: 10, max: 1000, q: 8 },
];

test('quantiles are those of scipy.stats, to the digits that are kept', () => {
  const at = (distribution: Distribution) => [0.1, 0.3, 0.77].map((share) => axisValue(distribution, share));
  // loguniform(1e-4, 1e-1), norm(2, 0.5), uniform(-1, 4), lognorm(s=1.5, scale=exp(-6))
  expect(at({ type: 'log_uniform_values', min: 1e-4, max: 1e-1 })).toEqual([0.0001995, 0.0007943, 0.02042]);
  expect(at({ type: 'normal', mu: 2, sigma: 0.5 })).toEqual([1.3592, 1.7378, 2.3694]);
  expect(at({ type: 'uniform', min: -1, max: 3 })).toEqual([-0.6, 0.2, 2.08]);
  expect(at({ type: 'log_normal', mu: -6, sigma: 1.5 })).toEqual([0.0003626, 0.001129, 0.007508]);
});

test.each([
  [0, 0.3, 0.1],
  [0, 0.6, 0.2],
  [0.1, 0.7, 0.1],
  [0.3, 1.1, 0.1],
])('multiples from %d to %d by %d have both ends', (min, max, q) => {
  const drawn = [0, 0.999_999].map((share) => axisValue({ type: 'q_uniform', min, max, q }, share));
  expect(drawn).toEqual([min, max]);
});

test.each(RANGES)('%j: within the bounds, rising, and short', (distribution) => {
  const {
    min = 0,
    max = 0,
    q,
  } = distribution as { readonly min?: number; readonly max?: number; readonly q?: number };
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(share, share, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((own) =>
        Number(axisValue(distribution, own)),
      ) as [number, number];
      expect(low).toBeLessThanOrEqual(high);
      expect(low).toBeGreaterThanOrEqual(min);
      expect(high).toBeLessThanOrEqual(max);
      expect(String(low).replace(/[^0-9]/g, '').length).toBeLessThanOrEqual(9);
      expect(q === undefined || Math.abs(low / q - Math.round(low / q)) < 1e-9).toBe(true);
    }),
  );
});

it('gives whole numbers the same share, both bounds included', () => {
  const draws = Array.from({ length: 1200 }, (_, at) =>
    axisValue({ type: 'int_uniform', min: -2, max: 9 }, at / 1200),
  );
  const counts = new Map<unknown, number>();
  for (const own of draws) counts.set(own, (counts.get(own) ?? 0) + 1);
  expect([...counts].toSorted()).toHaveLength(12);
  expect(new Set(counts.values())).toEqual(new Set([100]));
});

it('rounds to a thousandth of the range or less, so that many values are left', () => {
  const values = Array.from({ length: 5000 }, (_, at) =>
    axisValue({ type: 'uniform', min: 0, max: 5 }, at / 5000),
  );
  expect(new Set(values).size).toBeGreaterThan(1000);
});

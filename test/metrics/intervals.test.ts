import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawInterval, quantile, wilsonInterval } from '../../src/metrics/estimates/intervals.js';

// statsmodels 0.15.0: proportion_confint(hits, rows, method='wilson').
test.each([
  [0, 6, 0, 0.39033428790216546],
  [3, 6, 0.18761630648265054, 0.8123836935173494],
  [12, 20, 0.3865815007622531, 0.781193467627183],
  [20, 20, 0.8388748419471804, 1],
  [87, 100, 0.7901964855992356, 0.9224283257275949],
  [1, 1000, 0.00017654637062607765, 0.005642558597957937],
])('the Wilson interval of %i hits in %i rows is that of statsmodels', (hits, rows, low, high) => {
  const interval = wilsonInterval(hits / rows, rows);
  expect(interval.low).toBeCloseTo(low, 12);
  expect(interval.high).toBeCloseTo(high, 12);
});

test('a class without rows may have any recall', () => {
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
});

test('a Wilson interval lies in [0, 1] and holds the share', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rows, share) => {
        const { low, high } = wilsonInterval(share, rows);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(share + 1e-12);
        expect(high).toBeGreaterThanOrEqual(share - 1e-12);
      },
    ),
  );
});

test('quantiles are linear between values, as numpy.quantile has them', () => {
  expect(quantile([1, 2, 4, 8], 0.4)).toBeCloseTo(2.4, 12);
  expect(quantile([7], 0.9)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
  expect(drawInterval(Float64Array.from({ length: 1001 }, (_, at) => 1000 - at))).toEqual({
    low: 25,
    high: 975,
  });
});

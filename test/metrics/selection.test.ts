import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES, METRICS, type Metric, type MetricValues } from '../../src/metric.js';
import { exactMean } from '../../src/metrics/estimates/exact-mean.js';
import { bestOf, betterFirst, isBetter, paretoFront } from '../../src/metrics/selection.js';
import { cases } from '../property-cases.js';
import { sampleMetrics } from '../store/sample-sweep.js';

const MACRO: Metric = { name: 'macro_f1', goal: 'maximize' };
const LOSS: Metric = { name: 'log_loss', goal: 'minimize' };
const values = (changes: Partial<MetricValues>): MetricValues => ({ ...sampleMetrics(0.5), ...changes });

describe('of two results', () => {
  test.each([
    [MACRO, { macro_f1: 0.6 }, { macro_f1: 0.5 }],
    [LOSS, { log_loss: 0.5 }, { log_loss: 0.6 }],
    [MACRO, { macro_f1: 0.6, rare_recall: 0.3 }, { macro_f1: 0.6, rare_recall: 0.2 }],
    [LOSS, { log_loss: 0.5, rare_recall: 0.3 }, { log_loss: 0.5, rare_recall: 0.2 }],
    [LOSS, { log_loss: Number.POSITIVE_INFINITY }, { log_loss: Number.NaN }],
    [MACRO, { macro_f1: 0.1, rare_recall: 0 }, { macro_f1: Number.NaN, rare_recall: 1 }],
  ])('by %j, %j is the better, %j the worse', (metric, better, worse) => {
    expect(betterFirst(metric, values(better), values(worse))).toBeLessThan(0);
    expect(betterFirst(metric, values(worse), values(better))).toBeGreaterThan(0);
  });

  test('neither is better where both are equal, in NaN too', () => {
    expect(betterFirst(MACRO, values({ macro_f1: Number.NaN }), values({ macro_f1: Number.NaN }))).toBe(0);
    expect(betterFirst(MACRO, values({}), values({}))).toBe(0);
  });

  const anyValue = fc.constantFrom(0, 0.25, 0.5, Number.NaN, Number.POSITIVE_INFINITY);
  const anyValues = fc
    .record({ ranked: anyValue, rare_recall: anyValue, name: fc.constantFrom(...METRIC_NAMES) })
    .map(({ ranked, rare_recall, name }) => values({ rare_recall, [name]: ranked }));

  test('a sort is the same whatever the order of what is sorted', () => {
    fc.assert(
      fc.property(fc.array(anyValues, { maxLength: 6 }), fc.constantFrom(...METRIC_NAMES), (items, name) => {
        const metric: Metric = { name, goal: METRICS[name].goal };
        const sorted = (of: readonly MetricValues[]) =>
          of.toSorted((a, b) => betterFirst(metric, a, b)).map((item) => [item[name], item.rare_recall]);
        expect(sorted(items)).toEqual(sorted(items.toReversed()));
      }),
      { numRuns: cases(200) },
    );
  });
});

test('the first number is better than none, NaN never is, and an equal value is not', () => {
  expect(isBetter(MACRO, 0)).toBe(true);
  expect(isBetter(LOSS, 3)).toBe(true);
  expect(isBetter(MACRO, Number.NaN)).toBe(false);
  expect(isBetter(MACRO, 0.5, 0.5)).toBe(false);
  expect(isBetter(LOSS, 0.4, 0.5)).toBe(true);
  expect(isBetter(MACRO, 0.4, Number.NaN)).toBe(true);
});

test('the best are all that nothing is better than', () => {
  const candidates = [
    { id: 'a', means: values({ macro_f1: 0.6 }) },
    { id: 'b', means: values({ macro_f1: 0.6 }) },
    { id: 'c', means: values({ macro_f1: 0.6, rare_recall: 0 }) },
    { id: 'd', means: values({ macro_f1: Number.NaN }) },
  ];
  expect(bestOf(MACRO, candidates).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(bestOf(MACRO, [])).toEqual([]);
});

test('the Pareto front keeps what nothing beats in both, and NaN loses to any number', () => {
  const point = ([macro_f1 = 0, rare_recall = 0]: readonly number[]) => values({ macro_f1, rare_recall });
  const points = [
    [0.6, 0.3],
    [0.5, 0.5],
    [0.5, 0.4],
    [0.6, 0.3],
    [0.1, 0.9],
    [Number.NaN, 0.9],
    [Number.NaN, 0.95],
  ];
  expect(paretoFront(points.map(point))).toEqual([true, true, false, true, true, false, true]);
});

test('a mean is the same in any order', () => {
  const value = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), (seeds) => {
      expect(exactMean(seeds.toReversed())).toBe(exactMean(seeds));
    }),
    { numRuns: cases(500) },
  );
  expect(exactMean([0.1, 0.2, 0.3])).toBe(0.6 / 3);
  expect(exactMean([Number.POSITIVE_INFINITY, 1])).toBe(Number.POSITIVE_INFINITY);
  expect(exactMean([Number.NaN, 1])).toBeNaN();
});

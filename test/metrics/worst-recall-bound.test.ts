import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimateTrials } from '../../src/metrics/estimates/estimate-trials.js';
import { upperQuantile, wilsonInterval } from '../../src/metrics/estimates/intervals.js';
import { meanRecalls, worstRecallBounds } from '../../src/metrics/estimates/worst-recall-bound.js';
import { randomStream } from '../../src/random.js';

// scipy.stats.norm.isf
test.each([
  [0.5, 0],
  [0.025, 1.959963984540054],
  [0.0025, 2.807033768343811],
  [0.025 / 21, 3.03808],
])('the normal value exceeded with %d is scipy’s', (tail, value) => {
  expect(Math.abs(upperQuantile(tail) - value)).toBeLessThan(4.5e-4);
});

const worstRecallBound = (recalls: readonly number[], support: readonly number[]) =>
  worstRecallBounds(recalls, support).high;

test('from below, the least of Wilson’s limits counts, corrected for the classes that may be the worst', () => {
  const two = upperQuantile(0.025 / 2);
  expect(worstRecallBounds([0.6, 1], [20, 2]).low).toBe(wilsonInterval(1, 2, two).low);
  expect(worstRecallBounds([0.5, 1, 0.5], [20, 4, 2]).low).toBeLessThan(wilsonInterval(0.5, 2).low);
  expect(worstRecallBounds([0.5, 0.9], [20, 400]).low).toBeCloseTo(wilsonInterval(0.5, 20).low, 3);
});

test('one class has Wilson’s limit, and classes that cannot be the worst change nothing', () => {
  const alone = worstRecallBound([0.5], [20]);
  expect(alone).toBeCloseTo(wilsonInterval(0.5, 20).high, 3);
  expect(worstRecallBound([0.99, 0.5], [400, 20])).toBe(alone);
  expect(worstRecallBound([0.99, 0.5, 0], [400, 20, 0])).toBe(alone);
});

test('every further class that may be the worst gives luck another chance, so the limit rises', () => {
  const limits = [1, 2, 5, 20].map((classes) =>
    worstRecallBound(Array<number>(classes).fill(0.5), Array<number>(classes).fill(20)),
  );
  expect(limits).toEqual(limits.toSorted((a, b) => a - b));
  expect(new Set(limits).size).toBe(4);
});

test('the bound is at least the least recall, and at most 1', () => {
  const classes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(500)), {
    minLength: 1,
  });
  fc.assert(
    fc.property(classes, (pairs) => {
      const bound = worstRecallBound(
        pairs.map(([recall]) => recall),
        pairs.map(([, rows]) => rows),
      );
      const seen = pairs.flatMap(([recall, rows]) => (rows > 0 ? [recall] : []));
      // Without any rows the least recall is that of nothing.
      expect(bound).toBeGreaterThanOrEqual(Math.min(...seen, 1) * Math.sign(seen.length) - 1e-9);
      expect(bound).toBeLessThanOrEqual(1);
    }),
  );
});

test('recalls are means over runs', () => {
  const labels = Uint16Array.of(0, 0, 1);
  expect(meanRecalls(labels, [labels, Uint16Array.of(0, 1, 0)], [2, 1, 0])).toEqual([0.75, 0.5, 0]);
});

test('with twelve equally weak classes, intervals of the worst recall hold the truth in 93 % or more', () => {
  const [classes, rows, truth, sweeps] = [12, 20, 0.6, 300];
  const labels = Uint16Array.from({ length: classes * rows }, (_, row) => Math.floor(row / rows));
  let held = 0;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const stream = randomStream(sweep, 'synthetic');
    const run = labels.map((label) => (stream.uniform() < truth ? label : (label + 1) % classes));
    const value = Math.min(...meanRecalls(labels, [run], Array<number>(classes).fill(rows)));
    const { worst_recall } = estimateTrials(
      { labels, rareClasses: [], classCount: classes, trials: [[run]] },
      { worst_recall: [new Map([[1, value]])] },
      { draws: 200, seed: 0 },
    );
    const { low, high } = worst_recall.estimates()[0]?.interval ?? { low: 2, high: 2 };
    if (low <= truth && truth <= high) held++;
  }
  expect(held / sweeps).toBeGreaterThan(0.93);
});

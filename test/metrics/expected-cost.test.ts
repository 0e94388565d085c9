import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricValues } from '../../src/metrics/classification-metrics.js';
import { confusionMatrix } from '../../src/metrics/confusion.js';
import { estimateTrials } from '../../src/metrics/estimates/estimate-trials.js';
import { wilsonInterval } from '../../src/metrics/estimates/intervals.js';
import { equivalenceIn, expectedCost, leastConstantCost } from '../../src/metrics/expected-cost.js';
import { rowBootstrap } from '../../src/metrics/noise/row-bootstrap.js';
import type { CostMatrix } from '../../src/sweep.js';

interface Case {
  readonly classes: number;
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
  readonly costs: CostMatrix;
  /** By scikit-learn's confusion_matrix. */
  readonly confusion: readonly (readonly number[])[];
  /** By NumPy: the mean of costs[truth, predicted], and its variance when rows are drawn again within their classes. */
  readonly expectedCost: number;
  readonly variance: number;
}

const { cases } = JSON.parse(
  readFileSync(new URL('./fixtures/expected-cost.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Case[] };

const OPTIONS = { draws: 8000, seed: 0 };
/** A mistake costs 1, so that the mean cost is 1 − accuracy. */
const EQUAL: CostMatrix = Array.from({ length: 3 }, (_, t) =>
  Array.from({ length: 3 }, (__, p) => +(t !== p)),
);

describe.each(cases)(
  'expected cost of $classes classes',
  ({ classes, truth, predicted, costs, ...golden }) => {
    const rows = {
      labels: Uint16Array.from(truth),
      rareClasses: [],
      classCount: classes,
      costs,
      trials: [[Uint16Array.from(predicted)]],
    };

    test('is the mean over rows of what they cost, as NumPy has it', () => {
      const confusion = confusionMatrix(truth, predicted, classes);
      expect([...confusion]).toEqual(golden.confusion.flat());
      expect(expectedCost(confusion, costs)).toBeCloseTo(golden.expectedCost, 12);
      const metric = { name: 'expected_cost', goal: 'minimize', costs } as const;
      const values = metricValues({ confusion, rareClasses: [], logLoss: 0, metric });
      expect(values.expected_cost).toBeCloseTo(golden.expectedCost, 12);
    });

    test('varies over draws of rows as a mean of rows does, class by class', () => {
      const [drawn] = rowBootstrap(rows, ['expected_cost'], OPTIONS).get('expected_cost') ?? [];
      expect(Math.sqrt(drawn?.runVariance ?? 0) / Math.sqrt(golden.variance)).toBeCloseTo(1, 1);
      const centre =
        (drawn?.means ?? new Float64Array()).reduce((sum, value) => sum + value, 0) / OPTIONS.draws;
      expect(Math.abs(centre - golden.expectedCost)).toBeLessThan(
        4 * Math.sqrt(golden.variance / OPTIONS.draws),
      );
    });

    test('has an interval around it that is no wider than the least and the most of it', () => {
      const values = { expected_cost: [new Map([[1, golden.expectedCost]])] };
      const [estimate] = estimateTrials(rows, values, OPTIONS).expected_cost.estimates();
      const error = Math.sqrt(golden.variance);
      const { low = Number.NaN, high = Number.NaN } = estimate?.interval ?? {};
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThan(golden.expectedCost - 1.5 * error);
      expect(high).toBeGreaterThan(golden.expectedCost + 1.5 * error);
      expect(high).toBeLessThan(Math.max(...costs.flat()));
    });
  },
);

test('many different costs vary as a mean of rows does, too', () => {
  const classes = 20;
  const costs = Array.from({ length: classes }, (_, t) =>
    Array.from({ length: classes }, (__, p) => (t === p ? 0 : 1 + 0.37 * t + 0.0113 * p)),
  );
  const labels = Uint16Array.from({ length: 2000 }, (_, row) => row % classes);
  const predicted = labels.map((label, row) => (label + (row % 7 === 0 ? row : 0)) % classes);
  const rows = { labels, rareClasses: [], classCount: classes, costs, trials: [[predicted]] };
  const [drawn] = rowBootstrap(rows, ['expected_cost'], OPTIONS).get('expected_cost') ?? [];
  const ofRows = [...labels].map((label, row) => costs[label]?.[predicted[row] as number] as number);
  const mean = ofRows.reduce((sum, cost) => sum + cost, 0) / ofRows.length;
  const ofClass = (of: (own: readonly number[]) => number): number =>
    costs.reduce((sum, _, cls) => sum + of(ofRows.filter((__, row) => labels[row] === cls)), 0);
  const variance =
    ofClass((own) => {
      const middle = own.reduce((sum, cost) => sum + cost, 0) / own.length;
      return (own.reduce((sum, cost) => sum + (cost - middle) ** 2, 0) / (own.length - 1)) * own.length;
    }) /
    ofRows.length ** 2;
  expect(new Set(costs.flat()).size).toBeGreaterThan(256);
  expect(Math.sqrt(drawn?.runVariance ?? 0) / Math.sqrt(variance)).toBeCloseTo(1, 1);
  const centre = (drawn?.means ?? new Float64Array()).reduce((sum, own) => sum + own, 0) / OPTIONS.draws;
  expect(Math.abs(centre - mean)).toBeLessThan(
    4 * Math.sqrt(variance / OPTIONS.draws) + Math.max(...costs.flat()) / 255,
  );
});

describe('equal costs', () => {
  const classOf = fc.nat(2);
  const table = fc
    .array(fc.tuple(classOf, classOf, classOf, classOf), { minLength: 4, maxLength: 40 })
    .map((drawn) => ({
      labels: Uint16Array.from(drawn, ([label]) => label),
      runs: [1, 2, 3].map((at) => Uint16Array.from(drawn, (row) => row[at] as number)),
    }));
  const trialsOf = ([a, b, c]: readonly Uint16Array[]) => [[a, b] as Uint16Array[], [c] as Uint16Array[]];

  test('have the draws of accuracy, mirrored, whether seeds share their rows or not', () => {
    fc.assert(
      fc.property(table, fc.boolean(), ({ labels, runs }, isSplitPerSeed) => {
        const halves = [0, 1].map((start) =>
          Uint32Array.from({ length: Math.floor(labels.length / 2) }, (_, row) => 2 * row + start),
        );
        const trials = isSplitPerSeed
          ? trialsOf(runs.map((run) => run.slice(0, halves[0]?.length)))
          : trialsOf(runs);
        const rowsOf = isSplitPerSeed ? trialsOf(halves.concat(halves) as never) : undefined;
        const rows = {
          ...{ labels, trials, classCount: 3, rareClasses: [1], costs: EQUAL },
          rowsOf: rowsOf as unknown as readonly (readonly Uint32Array[])[] | undefined,
        };
        const drawn = rowBootstrap(rows, ['accuracy', 'expected_cost'], { draws: 16, seed: 3 });
        drawn.get('expected_cost')?.forEach(({ means, runVariance }, trial) => {
          const accuracy = drawn.get('accuracy')?.[trial];
          expect(means).toHaveLength(16);
          means.forEach((value, draw) => {
            expect(value).toBeCloseTo(1 - (accuracy?.means[draw] ?? 0), 5);
          });
          expect(runVariance).toBeCloseTo(accuracy?.runVariance ?? 0, 5);
        });
      }),
    );
  });

  test('have the interval of accuracy, mirrored, few rows of a class included', () => {
    const labels = Uint16Array.from({ length: 64 }, (_, row) => (row < 40 ? 0 : row < 60 ? 1 : 2));
    // All four rows of the last class are found: what that leaves open must not get lost.
    const run = labels.map((label, row) => (label < 2 && row % 7 === 0 ? 1 - label : label));
    const rows = { labels, classCount: 3, rareClasses: [2], costs: EQUAL, trials: [[run]] };
    const mistakes = run.filter((predicted, row) => predicted !== labels[row]).length / 64;
    const { accuracy, expected_cost } = estimateTrials(
      rows,
      { accuracy: [new Map([[1, 1 - mistakes]])], expected_cost: [new Map([[1, mistakes]])] },
      OPTIONS,
    );
    const [right, wrong] = [accuracy.estimates()[0], expected_cost.estimates()[0]];
    expect(wrong?.interval.low).toBeCloseTo(1 - (right?.interval.high ?? 0), 2);
    expect(wrong?.interval.high).toBeCloseTo(1 - (right?.interval.low ?? 0), 2);
    expect(wrong?.rowError).toBeCloseTo(right?.rowError ?? 0, 6);
  });
});

test('few rows that all cost the same say little of what the next one costs', () => {
  // Three rows are all taken for the class that is cheap to be taken for; the other could have cost 20.
  const labels = Uint16Array.from({ length: 43 }, (_, row) => (row < 40 ? 0 : 2));
  const run = labels.map((label, row) => (label === 2 ? 1 : row % 10 === 0 ? 1 : 0));
  const costs = [
    [0, 1, 1],
    [1, 0, 1],
    [20, 5, 0],
  ];
  const mean = (4 * 1 + 3 * 5) / 43;
  const rows = { labels, classCount: 3, rareClasses: [2], costs, trials: [[run]] };
  const [estimate] = estimateTrials(
    rows,
    { expected_cost: [new Map([[1, mean]])] },
    OPTIONS,
  ).expected_cost.estimates();
  // Wilson's limits for a quarter of three rows, in units of the 60 that they could cost.
  const { low, high } = wilsonInterval(0.25, 3);
  expect(estimate?.interval.high).toBeGreaterThan(mean + ((high - 0.25) * 60) / 43);
  expect(estimate?.interval.low).toBeLessThan(mean - ((0.25 - low) * 60) / 43);
});

test('the least cost of one class for all rows is that of the cheapest', () => {
  const costs = [
    [0, 1],
    [50, 0],
  ];
  expect(leastConstantCost([998, 2], costs)).toBe(0.1);
  expect(leastConstantCost([900, 100], costs)).toBe(0.9);
});

test('differences of costs are equivalent within a share of that least cost, other metrics as they are', () => {
  const costs = [
    [0, 1],
    [50, 0],
  ];
  const equivalentOf = equivalenceIn(0.01, { costs, support: [998, 2] });
  expect([equivalentOf('expected_cost'), equivalentOf('macro_f1')]).toEqual([0.001, 0.01]);
  expect(equivalenceIn(0.01, { costs: null, support: [998, 2] })('accuracy')).toBe(0.01);
});

test('without costs, or without rows, there is no expected cost', () => {
  const confusion = Uint32Array.of(3, 1, 0, 2);
  expect(expectedCost(confusion, null)).toBeNaN();
  expect(
    expectedCost(new Uint32Array(4), [
      [0, 1],
      [1, 0],
    ]),
  ).toBeNaN();
  expect(metricValues({ confusion, rareClasses: [], logLoss: 0 }).expected_cost).toBeNaN();
});

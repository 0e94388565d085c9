import { describe, expect, test } from 'vitest';
import {
  anyDiffer,
  bestProbabilities,
  compareWith,
  differenceInterval,
  rankInterval,
  verdictOf,
} from '../../src/metrics/estimates/comparisons.js';
import { upperQuantile } from '../../src/metrics/estimates/intervals.js';
import { randomStream } from '../../src/random.js';

const DRAWS = 20_000;

/** Independent standard normal errors around means. */
function normalEstimates(means: readonly number[]) {
  const stream = randomStream(1, 'synthetic');
  const deviations = means.map(() => Float64Array.from({ length: DRAWS }, () => stream.normal()));
  return { means, deviations, isReplicated: means.map(() => true) };
}

test('the critical value against one reference is Dunnett’s', () => {
  // scipy 1.17.1: root of the multivariate normal cdf over [−c, c]⁵ with correlations 0.5, less 0.95.
  const { critical, errors } = compareWith(normalEstimates([0, 0, 0, 0, 0, 0]), 0);
  expect(Math.abs(critical - 2.51146)).toBeLessThan(0.03);
  for (const error of errors.slice(1)) expect(Math.abs(error - Math.SQRT2)).toBeLessThan(0.03);
});

test('only differences beyond chance are better or worse', () => {
  const comparison = compareWith(normalEstimates([0, 2, 6, -6]), 0);
  expect([0, 1, 2, 3].map((trial) => verdictOf(comparison, trial))).toEqual([0, 0, 1, -1]);
  const { low, high } = differenceInterval(comparison, 2);
  expect(low).toBeGreaterThan(0);
  expect((low + high) / 2).toBeCloseTo(6, 10);
});

test('a difference is not said to be larger than it can be', () => {
  const deviations = [0, 1].map((at) => Float64Array.of(at, -at, 2 * at));
  const estimates = { means: [0.5, 0.6], deviations, isReplicated: [true, true], widest: 1 };
  const { low, high } = differenceInterval(compareWith(estimates, 0), 1);
  expect([low, high]).toEqual([-1, 1]);
});

test('what the order of sums makes of equal values is no evidence', () => {
  const deviations = [1e-18, -1e-18].map((error) => Float64Array.of(error, -error));
  const estimates = { means: [0.3, 0.1 + 0.2], deviations, isReplicated: [true, true] };
  expect(verdictOf(compareWith(estimates, 0), 1)).toBe(0);
});

test('without a second seed on both sides there is no verdict, however large the difference', () => {
  const { deviations } = normalEstimates([0, 0, 0]);
  const estimates = { means: [0, 90, -90], deviations, isReplicated: [true, true, false] };
  const verdicts = (reference: number) =>
    [0, 1, 2].map((trial) => verdictOf(compareWith(estimates, reference), trial));
  expect(verdicts(0)).toEqual([0, 1, 0]);
  expect(verdicts(2)).toEqual([0, 0, 0]);
});

test('a difference whose error is not known has no interval', () => {
  const deviations = [new Float64Array(8), new Float64Array(8)];
  const comparison = compareWith({ means: [0.5, 0.6], deviations, isReplicated: [false, false] }, 0);
  expect(differenceInterval(comparison, 1)).toEqual({ low: Number.NaN, high: Number.NaN });
});

test('ranks are open where trials cannot be told apart, and settled where they can', () => {
  const estimates = normalEstimates([20, 19, 0]);
  expect([0, 1, 2].map((trial) => rankInterval(estimates, trial))).toEqual([
    { low: 1, high: 2 },
    { low: 1, high: 2 },
    { low: 3, high: 3 },
  ]);
});

test('the same errors in two trials cancel: the smaller difference is certain', () => {
  const { deviations } = normalEstimates([0]);
  const own = deviations[0] as Float64Array;
  const estimates = {
    means: [1, 0.999],
    deviations: [own, own.map((deviation) => 1.0001 * deviation)],
    isReplicated: [true, true],
  };
  expect(rankInterval(estimates, 1)).toEqual({ low: 2, high: 2 });
});

test('probabilities of being the best sum to one and follow the means', () => {
  const shares = bestProbabilities(normalEstimates([1, 0, -9]));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
  // P(N(1, 2) > 0)
  expect(Math.abs((shares[0] as number) - 0.7602)).toBeLessThan(0.015);
  expect(shares[2]).toBe(0);
});

test('identical trials share the probability', () => {
  const deviations = [new Float64Array(4), new Float64Array(4)];
  const same = { means: [1, 1], deviations, isReplicated: [true, true] };
  expect(bestProbabilities(same)).toEqual([0.5, 0.5]);
});

test('one without a value is never the best, and takes nothing from the others', () => {
  const known = normalEstimates([1, 0]);
  const unknown = new Float64Array(known.deviations[0]?.length ?? 0);
  const shares = bestProbabilities({
    means: [...known.means, Number.NaN],
    deviations: [...known.deviations, unknown],
    isReplicated: [true, true, false],
  });
  expect(shares).toEqual([...bestProbabilities(known), 0]);
});

test('which is the best is not known where no noise is', () => {
  const deviations = [new Float64Array(4), new Float64Array(4)];
  const unknown = { means: [1, 2], deviations, isReplicated: [false, false] };
  expect(bestProbabilities(unknown)).toEqual([Number.NaN, Number.NaN]);
});

describe('of comparisons that were dropped, those that are left', () => {
  const sidak = (count: number) => upperQuantile((1 - 0.95 ** (1 / count)) / 2);
  const left = normalEstimates([0, 0, 0]);

  test('are judged as a family of all of them', () => {
    // One exact reference: the comparisons are independent, so that Šidák's value is the exact one, and Bonferroni's is a little larger.
    const deviations = [new Float64Array(DRAWS), ...left.deviations.slice(1)];
    for (const dropped of [2, 18, 238]) {
      const { critical } = compareWith({ ...left, deviations, dropped }, 0);
      expect(Math.abs(critical - sidak(2 + dropped))).toBeLessThan(0.1);
    }
  });

  test('need as much for it where there are few draws', () => {
    const deviations = left.deviations.map((own) => own.subarray(0, 200));
    const criticals = [0, 10, 100, 1000].map(
      (dropped) => compareWith({ ...left, deviations, dropped }, 0).critical,
    );
    expect(criticals).toEqual(criticals.toSorted((a, b) => a - b));
    expect(criticals[3]).toBeGreaterThan(sidak(1000) - 0.5);
  });

  test('are worse or better, and tied or not, by that family', () => {
    const means = [0, 3.9, -3.9];
    const verdicts = (dropped: number) => {
      const comparison = compareWith({ ...left, means, dropped }, 0);
      return [1, 2].map((trial) => verdictOf(comparison, trial));
    };
    expect([verdicts(0), verdicts(200)]).toEqual([
      [1, -1],
      [0, 0],
    ]);
    expect(rankInterval({ ...left, means, dropped: 0 }, 0)).toEqual({ low: 2, high: 2 });
    expect(rankInterval({ ...left, means, dropped: 200 }, 0)).toEqual({ low: 1, high: 3 });
    expect([0, 5000].map((dropped) => anyDiffer({ ...left, means: [0, 0, 4.2], dropped }))).toEqual([
      true,
      false,
    ]);
  });

  test('a trial that is left alone has nothing to be compared with', () => {
    const { critical } = compareWith({ ...normalEstimates([0]), dropped: 5 }, 0);
    expect(critical).toBe(0);
  });
});

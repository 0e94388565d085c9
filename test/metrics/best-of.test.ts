import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bestMembers,
  luckOfBest,
  mayBeBest,
  undominatedShares,
  withChosen,
} from '../../src/metrics/estimates/best-of.js';
import {
  anyDiffer,
  compareWith,
  differenceInterval,
  type JointEstimates,
} from '../../src/metrics/estimates/comparisons.js';
import { randomStream } from '../../src/random.js';
import { cases } from '../property-cases.js';

const DRAWS = 400;

/** Trials with these means and independent normal noise. */
function joint(means: readonly number[], sd: number, seed = 1, draws = DRAWS): JointEstimates {
  const stream = randomStream(seed, 'synthetic');
  return {
    means,
    deviations: means.map(() => Float64Array.from({ length: draws }, () => sd * stream.normal())),
    isReplicated: means.map(() => true),
  };
}

test('the best of several equals is noisier than one of them, and one that is far ahead is not', () => {
  const equals = joint([0.5, 0.5, 0.5, 0.4], 0.02);
  const chosen = withChosen(equals, 0, bestMembers(equals, [0, 1, 2]));
  const error = (estimates: JointEstimates) => compareWith(estimates, 0).errors[3] ?? 0;
  expect(error(chosen)).toBeGreaterThan(1.1 * error(equals));
  const ahead = joint([0.5, 0.1, 0.1, 0.4], 0.02);
  expect(withChosen(ahead, 0, bestMembers(ahead, [0, 1, 2])).deviations).toEqual(ahead.deviations);
});

test('the best of several equals looks too good by the expected largest of them; one that is far behind is no rival', () => {
  const estimates = joint([0.5, 0.49, 0.5, -9], 1, 1, 40_000);
  expect(mayBeBest(estimates, [0, 1, 2, 3], 0)).toEqual([0, 1, 2]);
  // Expected largest of two and of three standard normal values: 1 / √π and 3 / (2 √π).
  expect(luckOfBest(estimates, estimates, [0, 1])).toBeCloseTo(0.564, 1);
  expect(luckOfBest(estimates, estimates, [0, 1, 2])).toBeCloseTo(0.846, 1);
  expect(luckOfBest(estimates, estimates, [0])).toBe(0);
  const other = joint([0.5, 0.5, 0.5, 0.5], 1, 2, 40_000);
  expect(Math.abs(luckOfBest(other, estimates, [0, 1, 2]))).toBeLessThan(0.02);
});

test('differences from the luckiest of equals are all within their intervals in 95 % of sweeps', () => {
  const sweeps = cases(1500);
  let [plain, held] = [0, 0];
  for (let seed = 1; seed <= sweeps; seed++) {
    const stream = randomStream(seed, 'synthetic', 8);
    // All are equally good; the first three are the candidates.
    const means = Array.from({ length: 8 }, () => 0.02 * stream.normal());
    const estimates = joint(means, 0.02, seed);
    const reference = [1, 2].reduce((best, at) => ((means[at] ?? 0) > (means[best] ?? 0) ? at : best), 0);
    const chosen = withChosen(estimates, reference, bestMembers(estimates, [0, 1, 2]));
    const luck = luckOfBest(estimates, estimates, mayBeBest(estimates, [0, 1, 2], reference));
    const holdsAll = (comparison: ReturnType<typeof compareWith>) =>
      means.every((_, trial) => {
        const { low, high } = differenceInterval(comparison, trial);
        return trial === reference || (low <= 0 && high >= 0);
      });
    plain += Number(holdsAll(compareWith(chosen, reference)));
    held += Number(holdsAll(compareWith(chosen, reference, luck)));
  }
  expect(plain / sweeps).toBeLessThan(0.935);
  expect(held / sweeps).toBeGreaterThan(0.94);
});

test('a share of draws is undominated as counted one by one, and what has no value is worse than all', () => {
  const value = fc.integer({ min: -1, max: 3 });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 8 }), (points) => {
      const of = (axis: 0 | 1): JointEstimates => ({
        means: points.map((point) => (point[axis] < 0 ? Number.NaN : point[axis])),
        deviations: points.map(() => new Float64Array(2)),
        isReplicated: points.map(() => true),
      });
      const dominated = points.map(([x, y]) => points.some(([a, b]) => a >= x && b >= y && (a > x || b > y)));
      expect(undominatedShares(of(0), of(1))).toEqual(dominated.map((is) => (is ? 0 : 1)));
    }),
    { numRuns: cases(200) },
  );
});

test('among equal values, some pair differs in about 5 % of samples, not once for each reference', () => {
  const samples = 300;
  let found = 0;
  for (let seed = 1; seed <= samples; seed++) {
    const stream = randomStream(seed, 'synthetic', 7);
    const means = Array.from({ length: 6 }, () => 0.02 * stream.normal());
    if (anyDiffer(joint(means, 0.02, seed))) found++;
  }
  expect(found / samples).toBeLessThan(0.1);
  expect(found / samples).toBeGreaterThan(0.01);
  expect(anyDiffer(joint([0.5, 0.5, 0.8], 0.02))).toBe(true);
});

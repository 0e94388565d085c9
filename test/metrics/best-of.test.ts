import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestMembers, undominatedShares, withChosen } from '../../src/metrics/estimates/best-of.js';
import { anyDiffer, compareWith, type JointEstimates } from '../../src/metrics/estimates/comparisons.js';
import { randomStream } from '../../src/random.js';
import { cases } from '../property-cases.js';

const DRAWS = 400;

/** Trials with these means and independent normal noise. */
function joint(means: readonly number[], sd: number, seed = 1): JointEstimates {
  const stream = randomStream(seed, 'synthetic');
  return {
    means,
    deviations: means.map(() => Float64Array.from({ length: DRAWS }, () => sd * stream.normal())),
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

test('a share of draws is undominated as counted one by one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
        minLength: 1,
        maxLength: 8,
      }),
      (points) => {
        const of = (axis: 0 | 1): JointEstimates => ({
          means: points.map((point) => point[axis]),
          deviations: points.map(() => new Float64Array(2)),
          isReplicated: points.map(() => true),
        });
        const dominated = points.map(([x, y]) =>
          points.some(([a, b]) => a >= x && b >= y && (a > x || b > y)),
        );
        expect(undominatedShares(of(0), of(1))).toEqual(dominated.map((is) => (is ? 0 : 1)));
      },
    ),
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

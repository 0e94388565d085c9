import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectedDifferences } from '../../src/metrics/estimates/expected-differences.js';
import { randomStream } from '../../src/random.js';
import { inARow, ownNoise } from './own-noise.js';

/** Trials of one space and the reference, by its mean and size of noise. */
function compared(means: readonly number[], sizes: readonly number[], reference: [number, number]) {
  const [mean, size] = reference;
  const noise = ownNoise([...sizes, size]);
  return {
    trials: { means, deviations: noise.slice(0, -1), distance: inARow(means.length) },
    reference: { mean, deviations: noise.at(-1) as Float64Array },
  };
}

// scikit-learn 1.9: GaussianProcessRegressor with a flat prior level and an exponential kernel, over all settings by their marginal likelihood.
it('are those of Gaussian processes less the reference', () => {
  const means = [0.5, 0.52, 0.53, 0.6, 0.55, 0.56, 0.55, 0.54, 0.51, 0.47];
  const sizes = [0.01, 0.02, 0.015, 0.04, 0.01, 0.012, 0.02, 0.01, 0.015, 0.01];
  const { trials, reference } = compared(means, sizes, [0.58, 0.015]);
  const expected = [
    [-0.077125, 0.017758],
    [-0.061494, 0.020438],
    [-0.048227, 0.019396],
    [-0.029095, 0.023494],
    [-0.029367, 0.017493],
    [-0.023773, 0.018197],
    [-0.032219, 0.020359],
    [-0.043214, 0.017505],
    [-0.071458, 0.018989],
    [-0.103817, 0.017888],
  ];
  const found = expectedDifferences(trials, reference);
  expect(found).toHaveLength(10);
  found?.forEach(({ mean, error }, at) => {
    expect(mean).toBeCloseTo(expected[at]?.[0] as number, 5);
    expect(error).toBeCloseTo(expected[at]?.[1] as number, 5);
  });
});

it('are not known of too few or too many trials, or without a value', () => {
  const of = (count: number, mean = 0.5) => {
    const means = Array.from({ length: count }, (_, at) => Math.sin(at));
    const { trials, reference } = compared(means, means.fill(0.1, 0, 0), [mean, 0.1]);
    return expectedDifferences(trials, reference);
  };
  expect(of(7)).toBeNull();
  expect(of(8)).toHaveLength(8);
  expect(of(301)).toBeNull();
  expect(of(8, Number.NaN)).toBeNull();
});

it('hold no noise that all trials and the reference share', () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(values, fc.double({ min: 0.1, max: 3, noNaN: true }), (means, size) => {
      fc.pre(Math.max(...means) - Math.min(...means) > 0.01);
      const { trials, reference } = compared(
        means,
        means.map(() => 0.05),
        [0.4, 0.05],
      );
      const shared = Float64Array.from(reference.deviations, (_, draw) => (draw % 4 < 2 ? size : -size));
      const plusShared = (own: Float64Array) => own.map((value, draw) => value + (shared[draw] as number));
      const noisier = { ...trials, deviations: trials.deviations.map(plusShared) };
      const found = expectedDifferences(trials, reference);
      const same = expectedDifferences(noisier, {
        mean: reference.mean,
        deviations: plusShared(reference.deviations),
      });
      found?.forEach(({ mean, error }, at) => {
        expect(same?.[at]?.mean).toBeCloseTo(mean, 4);
        expect(same?.[at]?.error).toBeCloseTo(error, 4);
      });
    }),
    { numRuns: 40 },
  );
});

it('rule out that one of many trials that all lose too much was lucky, which differences of their own do not', () => {
  const stream = randomStream(11, 'synthetic');
  const lost = { own: 0, expected: 0 };
  const [count, size, margin] = [17, 0.02, 0.03];
  for (let sweep = 0; sweep < 200; sweep++) {
    const means = Array.from({ length: count }, () => -0.04 + size * stream.normal());
    const { trials, reference } = compared(
      means,
      means.map(() => size),
      [size * stream.normal(), size],
    );
    const found = expectedDifferences(trials, reference) ?? [];
    const keeps = (mean: number, error: number) => 1.645 * error - mean <= margin;
    lost.own += Number(means.some((mean) => keeps(mean - reference.mean, size * Math.SQRT2)));
    lost.expected += Number(found.some(({ mean, error }) => keeps(mean, error)));
  }
  expect(lost.expected).toBeLessThanOrEqual(0.06 * 200);
  expect(lost.own).toBeGreaterThan(0.1 * 200);
});

import { expect, test } from 'vitest';
import { seedSpread } from '../../src/metrics/seed-noise.js';

const trial = (seeds: readonly number[], values: readonly number[]) =>
  new Map(seeds.map((seed, at) => [seed, values[at] as number]));

test('what a seed does to all trials alike is no spread of any of them', () => {
  const { variances } = seedSpread([trial([1, 2, 3], [0.1, 0.2, 0.3]), trial([1, 2, 3], [0.5, 0.6, 0.7])]);
  for (const variance of variances) expect(variance).toBeCloseTo(0, 12);
});

test('seeds that no two trials share have nothing in common: the variance is the sample’s', () => {
  const { variances } = seedSpread([trial([1, 2, 3], [0.1, 0.2, 0.3]), trial([4, 5, 6], [0.5, 0.6, 0.7])]);
  for (const variance of variances) expect(Math.abs(variance - 0.01)).toBeLessThan(1e-4);
});

test('independent seeds of many trials give their variance, few trials or many', () => {
  // Deviations of a trial cancel over the trials, so the shared effect is 0: each trial has ((−1)² + 1²) / 1 · k / (k − 1).
  for (const k of [2, 10]) {
    const trials = Array.from({ length: k }, (_, at) => trial([1, 2], at % 2 === 0 ? [-1, 1] : [1, -1]));
    for (const variance of seedSpread(trials).variances) {
      expect(Math.abs(variance - (2 * k) / (k - 1))).toBeLessThan(0.01);
    }
  }
});

test('one seed tells nothing', () => {
  expect(seedSpread([trial([1], [0.5])])).toEqual({ variances: [0], degrees: [0] });
});

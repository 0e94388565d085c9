import { expect, test } from 'vitest';
import { seedSpread } from '../../src/metrics/noise/seeds/seed-spread.js';
import { randomStream } from '../../src/random.js';

const trial = (seeds: readonly number[], values: readonly number[]) =>
  new Map(seeds.map((seed, at) => [seed, values[at] as number]));
const variances = (parts: readonly { readonly variance: number }[]) => parts.map(({ variance }) => variance);
const total = (parts: readonly { readonly variance: number }[]) =>
  variances(parts).reduce((sum, variance) => sum + variance, 0);

test('what a seed does to all trials alike blurs their own values, not their differences', () => {
  const { beyond, own, shared } = seedSpread([
    trial([1, 2, 3], [0.1, 0.2, 0.3]),
    trial([1, 2, 3], [0.5, 0.6, 0.7]),
  ]);
  for (const variance of variances(beyond)) expect(variance).toBeCloseTo(0, 12);
  for (const parts of own) expect(Math.abs(total(parts) - 0.01)).toBeLessThan(1e-4);
  expect(shared.variance).toBeCloseTo(0.01, 12);
});

test('many trials that share three seeds know what the seeds do no better than one: two degrees of freedom', () => {
  const trials = Array.from({ length: 12 }, (_, at) => trial([1, 2, 3], [at, at + 0.2, at + 0.1]));
  const { own, shared } = seedSpread(trials);
  expect(shared.degrees).toBe(2);
  for (const [ofMeans] of own) expect(ofMeans?.degrees).toBe(2);
});

test('the noise of a difference between two trials of S seeds has S − 1 degrees of freedom', () => {
  const { beyond } = seedSpread([
    trial([1, 2, 3, 4], [0.1, 0.5, 0.3, 0.2]),
    trial([1, 2, 3, 4], [0.2, 0.1, 0.4, 0.3]),
  ]);
  for (const { degrees } of beyond) expect(degrees).toBe(3);
});

test('seeds that no two trials share have nothing in common: the variance is the sample’s', () => {
  const { beyond, shared } = seedSpread([
    trial([1, 2, 3], [0.1, 0.2, 0.3]),
    trial([4, 5, 6], [0.5, 0.6, 0.7]),
  ]);
  for (const variance of variances(beyond)) expect(Math.abs(variance - 0.01)).toBeLessThan(1e-4);
  expect(shared).toEqual({ variance: 0, degrees: 0 });
});

test('independent seeds of many trials give their variance, few trials or many', () => {
  // Deviations of a trial cancel over the trials, so the shared effect is 0: each trial has ((−1)² + 1²) / 1 · k / (k − 1).
  for (const k of [2, 10]) {
    const trials = Array.from({ length: k }, (_, at) => trial([1, 2], at % 2 === 0 ? [-1, 1] : [1, -1]));
    for (const variance of variances(seedSpread(trials).beyond)) {
      expect(Math.abs(variance - (2 * k) / (k - 1))).toBeLessThan(0.01);
    }
  }
});

test('a trial of one seed is as noisy as the others of its sweep', () => {
  const { beyond } = seedSpread([
    trial([1, 2, 3], [0.1, 0.3, 0.2]),
    trial([1, 2, 3], [0.3, 0.1, 0.2]),
    trial([1], [0.5]),
  ]);
  expect(beyond[2]?.degrees).toBeGreaterThan(0);
  expect(beyond[2]?.variance).toBeGreaterThan(0);
});

test('trials that take their seeds alike are kin; those that take them each in their own way are not', () => {
  const alike = [0.1, 0.3, -0.2, 0.4];
  const kin = Array.from({ length: 8 }, (_, at) =>
    trial(
      [1, 2, 3, 4],
      alike.map((value) => (at % 2 === 0 ? value : -value)),
    ),
  );
  const { share, degrees } = seedSpread(kin).kinship;
  expect(share).toBeCloseTo(1, 1);
  expect(degrees).toBeCloseTo(3, 1);
  const stream = randomStream(1, 'synthetic');
  const strangers = Array.from({ length: 40 }, () =>
    trial(
      [1, 2, 3, 4],
      alike.map(() => stream.normal()),
    ),
  );
  expect(seedSpread(strangers).kinship.share).toBeLessThan(0.3);
});

test('one seed tells nothing', () => {
  const { beyond, own } = seedSpread([trial([1], [0.5])]);
  expect(beyond).toEqual([{ variance: 0, degrees: 0 }]);
  expect(own.flat().every(({ variance, degrees }) => variance === 0 && degrees === 0)).toBe(true);
});

test('a trial that is less stable than the others has at least what its own seeds surely say, and calm ones borrow', () => {
  const calm = Array.from({ length: 30 }, () => trial([1, 2, 3], [0.4, 0.5, 0.6]));
  const wild = trial([4, 5, 6], [0, 0.5, 1]);
  const { own } = seedSpread([...calm, wild]);
  // χ² of two degrees of freedom is below 3.219 in 80 %.
  const atLeast = (0.25 * 2) / 3.219;
  expect(total(own.at(-1) ?? []) / atLeast).toBeCloseTo(1, 1);
  expect(total(own[0] ?? [])).toBeGreaterThan(0.01);
});

test('variances of trials that are equally stable are not too large by much', () => {
  const stream = randomStream(1, 'resample', 0);
  const rounds = Array.from({ length: 200 }, () => {
    const trials = Array.from({ length: 12 }, (_, at) =>
      trial([3 * at, 3 * at + 1, 3 * at + 2], [stream.normal(), stream.normal(), stream.normal()]),
    );
    const { own } = seedSpread(trials);
    return own.reduce((sum, parts) => sum + total(parts), 0) / own.length;
  });
  const mean = rounds.reduce((sum, value) => sum + value, 0) / rounds.length;
  // The larger of own and moderated would be 1.3.
  expect(mean).toBeGreaterThan(0.95);
  expect(mean).toBeLessThan(1.2);
});

import { describe, expect, test } from 'vitest';
import { drawnAnova, functionalAnova } from '../../src/metrics/functional-anova.js';
import { randomStream } from '../../src/random.js';

const LEVELS = ['x', 'y', 'z'].flatMap((a) =>
  ['0', '1', '2'].flatMap((g) => ['p', 'q'].map((l) => [a, g, l])),
);
const VALUES = [
  0.51, 0.48, 0.55, 0.57, 0.49, 0.52, 0.6, 0.61, 0.64, 0.59, 0.58, 0.66, 0.41, 0.44, 0.47, 0.4, 0.5, 0.43,
];

test('shares on a full grid are the sums of squares of statsmodels', () => {
  // statsmodels 0.15.0: anova_lm(ols('v ~ C(a)*C(g) + C(a)*C(l) + C(g)*C(l)'), typ=2), each over the total.
  const { main, pairs, isFull } = functionalAnova(LEVELS, VALUES);
  expect(isFull).toBe(true);
  [0.832629, 0.024738, 0.001305].forEach((share, axis) => {
    expect(main[axis]).toBeCloseTo(share, 6);
  });
  [0.039768, 0.020771, 0.017014].forEach((share, pair) => {
    expect(pairs[pair]?.share).toBeCloseTo(share, 6);
  });
});

test('a grid with a missing cell says so', () => {
  expect(functionalAnova(LEVELS.slice(1), VALUES.slice(1)).isFull).toBe(false);
});

test('a pair explains nothing more where its axes explain all, though cells are missing', () => {
  const levels = [
    ['0', 'x'],
    ['0', 'y'],
    ['1', 'y'],
  ];
  const { main, pairs } = functionalAnova(levels, [0.1, 0.1, 0.4]);
  expect(main[0]).toBeCloseTo(1, 12);
  expect(pairs[0]?.share).toBe(0);
});

test('equal values leave nothing to share', () => {
  expect(
    functionalAnova(
      LEVELS,
      VALUES.map(() => 0.5),
    ).main,
  ).toEqual([0, 0, 0]);
});

describe('shares of drawn points', () => {
  const stream = randomStream(7, 'split');
  const points = Array.from({ length: 400 }, () => [stream.integer(4), stream.integer(4), stream.integer(3)]);
  const levels = points.map((own) => own.map(String));
  const noise = points.map(() => stream.normal());

  test('are near what made the values: 4 : 1 of two axes, nothing of the third', () => {
    // The variances of a level in 0 … 3 are 1.25: 4 · 1.25, 1.25, and 0.25 of noise.
    const values = points.map(([a = 0, b = 0], at) => 2 * a + b + 0.5 * (noise[at] as number));
    const { main, pairs } = drawnAnova(levels, values);
    [5 / 6.5, 1.25 / 6.5, 0].forEach((share, axis) => {
      expect(Math.abs((main[axis] as number) - share)).toBeLessThan(0.05);
    });
    for (const { share } of pairs) expect(share).toBeLessThan(0.05);
  });

  test('see an effect of two axes together', () => {
    const { main, pairs } = drawnAnova(
      levels,
      points.map(([a = 0, b = 0]) => (a - 1.5) * (b - 1.5)),
    );
    expect(Math.max(...main)).toBeLessThan(0.05);
    expect(pairs[0]?.share).toBeGreaterThan(0.9);
  });

  test('do not take chance for an effect, however few points a level has', () => {
    const means = Array.from({ length: 50 }, (_, at) => {
      const few = levels.slice(8 * at, 8 * at + 8);
      return drawnAnova(few, noise.slice(8 * at, 8 * at + 8)).main[0] as number;
    });
    const plain = Array.from({ length: 50 }, (_, at) => {
      const few = levels.slice(8 * at, 8 * at + 8);
      return functionalAnova(few, noise.slice(8 * at, 8 * at + 8)).main[0] as number;
    });
    const mean = (own: readonly number[]) => own.reduce((sum, value) => sum + value, 0) / own.length;
    expect(mean(means)).toBeLessThan(0.5 * mean(plain));
  });

  test('are nothing where values are equal, or no level has two points', () => {
    expect(
      drawnAnova(
        levels,
        noise.map(() => 1),
      ).main,
    ).toEqual([0, 0, 0]);
    expect(drawnAnova([['a'], ['b']], [1, 2]).main).toEqual([0]);
  });
});

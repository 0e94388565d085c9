import { expect, test } from 'vitest';
import { functionalAnova } from '../../src/metrics/functional-anova.js';

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

test('equal values leave nothing to share', () => {
  expect(
    functionalAnova(
      LEVELS,
      VALUES.map(() => 0.5),
    ).main,
  ).toEqual([0, 0, 0]);
});

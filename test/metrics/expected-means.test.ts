import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectedMeans as expectedInSpaces } from '../../src/metrics/estimates/expected-means.js';
import type { SimilarTrials } from '../../src/metrics/estimates/similar-trials.js';
import { randomStream } from '../../src/random.js';
import { inARow, ownNoise } from './own-noise.js';

/** Of trials of one space. */
const expectedMeans = (trials: SimilarTrials) => expectedInSpaces([trials])[0] as readonly number[];

/** Of a grid of three knobs with four values each. */
const GRID = Array.from(
  { length: 64 },
  (_, at) => [at % 4, Math.floor(at / 4) % 4, Math.floor(at / 16)] as const,
);
const inTheGrid = (a: number, b: number) =>
  [0, 1, 2].filter((knob) => GRID[a]?.[knob] !== GRID[b]?.[knob]).length;
const bestOf = (values: readonly number[]) => values.indexOf(Math.max(...values));

// scikit-learn 1.9: GaussianProcessRegressor with a flat prior level and an exponential kernel, at the likeliest of the same settings.
it('are those of a Gaussian process', () => {
  const means = [0.5, 0.52, 0.53, 0.6, 0.55, 0.56, 0.55, 0.54, 0.51, 0.47];
  const deviations = ownNoise([0.01, 0.02, 0.015, 0.04, 0.01, 0.012, 0.02, 0.01, 0.015, 0.01]);
  const expected = [
    ...[0.505882, 0.519923, 0.534038, 0.556633, 0.552423],
    ...[0.554959, 0.546866, 0.534543, 0.50924, 0.48243],
  ];
  expectedMeans({ means, deviations, distance: inARow(10) }).forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at] as number, 6);
  });
});

it('are the means where nothing is known of noise, or of too few or too many trials', () => {
  const means = Array.from({ length: 301 }, (_, at) => Math.sin(at));
  const of = (count: number, size: number, own = means.slice(0, count)) =>
    expectedMeans({
      means: own,
      deviations: ownNoise(own.map(() => size)),
      distance: inARow(count),
    });
  expect(of(20, 0)).toEqual(means.slice(0, 20));
  expect(of(7, 0.3)).toEqual(means.slice(0, 7));
  expect(of(301, 0.3)).toEqual(means);
  const missing = [...means.slice(0, 19), Number.NaN];
  expect(of(20, 0.3, missing)).toEqual(missing);
  expect(of(20, 0.3)).not.toEqual(means.slice(0, 20));
});

it('do not depend on the order, nor on where zero and one lie', () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 11 }), (means, turn) => {
      fc.pre(Math.max(...means) - Math.min(...means) > 0.01);
      const sizes = means.map((_, at) => 0.01 + at / 300);
      const expected = expectedMeans({ means, deviations: ownNoise(sizes), distance: inARow(12) });
      const place = (at: number) => (at + turn) % 12;
      const turned = expectedMeans({
        means: means.map((_, at) => 5 - 2 * (means[place(at)] as number)),
        deviations: ownNoise(means.map((_, at) => 2 * (sizes[place(at)] as number))),
        distance: (a, b) => inARow(12)(place(a), place(b)),
      });
      turned.forEach((value, at) => {
        expect(value).toBeCloseTo(5 - 2 * (expected[place(at)] as number), 6);
      });
    }),
    { numRuns: 50 },
  );
});

it('keep what noise cannot explain, and take back what it can', () => {
  const means = GRID.map(([a, b, c]) => 0.5 + 0.02 * a + 0.01 * b - 0.015 * c);
  const lonely = GRID.findIndex(([a, b, c]) => a === 0 && b === 0 && c === 3);
  means[lonely] = 0.62;
  const chosen = (size: number) =>
    bestOf(expectedMeans({ means, deviations: ownNoise(means.map(() => size)), distance: inTheGrid }));
  expect(chosen(0.001)).toBe(lonely);
  expect(GRID[chosen(0.05)]).toEqual([3, 3, 0]);
});

it('choose better than the means do, where configurations that share values are alike', () => {
  const stream = randomStream(5, 'synthetic');
  const normals = (count: number, size: number) =>
    Array.from({ length: count }, () => size * stream.normal());
  const lost = { means: 0, expected: 0 };
  for (let sweep = 0; sweep < 100; sweep++) {
    const effects = [normals(4, 0.02), normals(4, 0.02), normals(4, 0.01)];
    const own = normals(64, 0.005);
    const truth = GRID.map((point, at) =>
      point.reduce<number>((sum, level, knob) => sum + (effects[knob]?.[level] as number), own[at] as number),
    );
    const means = normals(64, 0.02).map((error, at) => error + (truth[at] as number));
    const expected = expectedMeans({
      means,
      deviations: ownNoise(means.map(() => 0.02)),
      distance: inTheGrid,
    });
    const best = Math.max(...truth);
    lost.means += best - (truth[bestOf(means)] as number);
    lost.expected += best - (truth[bestOf(expected)] as number);
  }
  expect(lost.expected).toBeLessThan(0.5 * lost.means);
});

it('are those of each space alone where spaces have the same trials, a level apart', () => {
  const means = GRID.map(([a, b], at) => 0.5 + 0.02 * a + 0.01 * b + 0.01 * Math.sin(at));
  const one = { means, deviations: ownNoise(means.map(() => 0.01)), distance: inTheGrid };
  const other = { ...one, means: means.map((mean) => mean + 0.3) };
  const alone = expectedMeans(one);
  expectedInSpaces([one, other]).forEach((expected, space) => {
    expected.forEach((value, at) => {
      expect(value).toBeCloseTo((alone[at] as number) + 0.3 * space, 9);
    });
  });
});

it('take luck from a small space as from a large one', () => {
  const stream = randomStream(6, 'synthetic');
  const size = 0.012;
  const drawn = (count: number) => Array.from({ length: count }, () => 0.7 + size * stream.normal());
  const trialsOf = (means: readonly number[]): SimilarTrials => ({
    means,
    deviations: ownNoise(means.map(() => size)),
    distance: inARow(means.length),
  });
  let [ofSmall, byMean] = [0, 0];
  for (let sweep = 0; sweep < 200; sweep++) {
    const means = [drawn(24), drawn(4)];
    const best = (of: readonly (readonly number[])[]) => of.map((own) => Math.max(...own));
    const [large, small] = best(expectedInSpaces(means.map(trialsOf))) as [number, number];
    const [largeMean, smallMean] = best(means) as [number, number];
    ofSmall += Number(small > large);
    byMean += Number(smallMean > largeMean);
  }
  // Nothing tells the spaces apart: their levels decide, and not that a best of few was left as it was.
  expect(byMean / 200).toBeLessThan(0.25);
  expect(ofSmall / 200).toBeLessThan(0.65);
});

it('of a space with one trial are its mean, and one without a value spoils no other', () => {
  const means = GRID.map(([a]) => 0.5 + 0.02 * a);
  const one = { means, deviations: ownNoise(means.map(() => 0.05)), distance: inTheGrid };
  const single = { means: [0.4], deviations: [new Float64Array(2)], distance: () => 0 };
  const [, [only] = []] = expectedInSpaces([one, single]);
  expect(only).toBeCloseTo(0.4, 12);
});

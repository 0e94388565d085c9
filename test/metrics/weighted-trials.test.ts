import { expect, test } from 'vitest';
import { weightedTrials } from '../../src/metrics/estimates/weighted-trials.js';
import { randomStream } from '../../src/random.js';

const DRAWS = 20_000;
const normals = (stream: number, sd: number) => {
  const own = randomStream(stream, 'synthetic');
  return Float64Array.from({ length: DRAWS }, () => sd * own.normal());
};
const variance = (values: Float64Array) => values.reduce((sum, value) => sum + value ** 2, 0) / values.length;

/** Four trials with independent noise, `lone` of whose variance rests on a class of one row. */
const trials = (lone: number) => ({
  means: [0.1, 0.2, 0.3, 0.4],
  deviations: [1, 2, 3, 4].map((stream) => normals(stream, 0.1)),
  ofLoneRows: [lone, lone, lone, lone],
});
/** The mean of two pairs. */
const PAIRS = new Map([
  [0, -0.5],
  [1, -0.5],
  [2, 0.5],
  [3, 0.5],
]);
const of = (lone: number) => weightedTrials(trials(lone), PAIRS, randomStream(9, 'resample'));

test('a sum of trials has their weighted mean, and their draws', () => {
  const { mean, deviations } = of(0);
  expect(mean).toBeCloseTo(0.2, 12);
  const { deviations: own } = trials(0);
  deviations.forEach((value, draw) => {
    const at = (trial: number) => own[trial]?.[draw] as number;
    expect(value).toBeCloseTo((at(2) + at(3) - at(0) - at(1)) / 2, 12);
  });
});

test('the noise of a class of one row does not vanish in a mean of pairs, as that of other rows and of seeds does', () => {
  expect(variance(of(0).deviations) / 0.01).toBeCloseTo(1, 1);
  // As much as one pair has.
  expect(variance(of(0.01).deviations) / 0.01).toBeCloseTo(2, 1);
  expect(variance(of(0.004).deviations) / 0.01).toBeCloseTo(1.4, 1);
});

import { expect, test } from 'vitest';
import { costLine } from '../../src/cli/terminal/plan-cost.js';

/** The line on a sweep of ten runs of trees, so many of which wait. */
function lineOf(flops: number, flopsPerSecond: number, waiting = 10): string {
  const work = { flops, flopsPerSecond };
  return costLine(
    {
      runEpochs: 200,
      preparations: [],
      parts: [{ engine: 'trees@2', runs: 10, runEpochs: 200, work }],
    },
    { trials: [], waiting: new Map([['trees@2', waiting]]), workers: 2 },
  );
}

test('small figures of a cost have two digits, and what would be none is left out', () => {
  expect(lineOf(0.0421e9, 0.0318e9)).toMatch(/, 0\.042 GFLOP; .*measured 0\.032 GFLOP\/s a worker/);
  expect(lineOf(1.26e9, 0.98e9)).toMatch(/, 1\.3 GFLOP; .*measured 0\.98 GFLOP\/s/);
  expect(lineOf(20_000, 0.0318e9)).toMatch(/at most 200 epochs; about /);
});

test('large figures of a cost are rounded as before', () => {
  expect(lineOf(123.6e9, 216.93e9)).toMatch(/, 124 GFLOP; .*measured 216\.9 GFLOP\/s/);
  expect(lineOf(12.4e9, 1.23e9)).toMatch(/, 12 GFLOP; .*measured 1\.2 GFLOP\/s/);
});

test('says what is of all runs and what of those that are left', () => {
  expect(lineOf(124e9, 31e9)).toMatch(/^ {2}cost: at most 200 epochs, 124 GFLOP; about 2 s with 2 workers/);
  expect(lineOf(124e9, 31e9, 5)).toMatch(
    /^ {2}cost of all runs: at most 200 epochs, 124 GFLOP; about 1 s for the 5 runs left with 2 workers/,
  );
  expect(lineOf(124e9, 31e9, 0)).toBe(
    '  cost of all runs: at most 200 epochs, 124 GFLOP; nothing is left to train',
  );
});

import { expect, test } from 'vitest';
import { trainingNoise, trainRowsOfSeed } from '../../../src/analysis/facts/seed-rows.js';
import { estimateMeasured } from '../../../src/metrics/estimates/estimate-trials.js';
import { randomStream } from '../../../src/random.js';

const rows = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, at) => from + at);
/** 60 rows in three folds that train on 20, 40 and 57 rows: the last one leaves out three in a gap. */
const DATASET = {
  classNames: ['a', 'b'],
  validationLabels: Uint16Array.from({ length: 60 }, (_, at) => at % 2),
  validationRows: new Map([0, 1, 2].map((fold) => [fold + 1, rows(20 * fold, 20 * fold + 20)])),
  support: { train: [30, 27], validation: [10, 10], test: [5, 5] },
  card: {
    source: 't.csv',
    columns: [],
    normalize: 'none',
    normalization: { largestMean: 0, largestSdDeviation: 0 },
    duplicatesAcrossSplits: 0,
    notes: [],
    foldTrainRows: [
      [12, 8],
      [20, 20],
      [30, 27],
    ],
  },
} as const;

test('a seed trains on the rows of its fold, not on all but its validation rows', () => {
  expect([1, 2, 3, 4].map((seed) => trainRowsOfSeed(DATASET, seed))).toEqual([
    [12, 8],
    [20, 20],
    [30, 27],
    [12, 8],
  ]);
  const { foldTrainRows: _, ...card } = DATASET.card;
  expect(trainRowsOfSeed({ ...DATASET, card }, 2)).toEqual([30, 27]);
});

test('the correction for shared training rows takes the mean of the folds', () => {
  expect(trainingNoise(DATASET, 60)).toEqual({ overlap: 20 / 39 });
  const { foldTrainRows: _, ...card } = DATASET.card;
  expect(trainingNoise({ ...DATASET, card }, 60)).toEqual({ overlap: 20 / 57 });
});

test('intervals over folds by time hold the error of a learner on new rows', () => {
  // The learner predicts the mean of n training rows; its squared error on a new row is 1 + 1 / n.
  const starts = [20, 36, 52, 68, 84];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const truth = mean(starts.map((from) => 1 + 1 / from));
  const stream = randomStream(5, 'synthetic');
  const sweeps = 300;
  let hits = 0;
  for (let at = 0; at < sweeps; at++) {
    const pool = Array.from({ length: 100 }, () => stream.normal());
    const values = starts.map((from, fold) => {
      const guess = mean(pool.slice(0, from));
      return [fold + 1, mean(pool.slice(from, from + 16).map((value) => (value - guess) ** 2))] as const;
    });
    const options = { draws: 400, seed: 0, overlap: 16 / mean(starts) };
    const { estimates } = estimateMeasured('log_loss', [new Map(values)], options);
    const [interval] = estimates().map((one) => one.interval);
    hits += Number(interval !== undefined && interval.low <= truth && truth <= interval.high);
  }
  expect(hits / sweeps).toBeGreaterThan(0.95);
});

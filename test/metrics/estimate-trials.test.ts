import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricValues } from '../../src/metrics/classification-metrics.js';
import { confusionMatrix, marginals } from '../../src/metrics/confusion.js';
import { estimateFromSeeds, estimateTrials } from '../../src/metrics/estimate-trials.js';
import { type CountMetric, marginMetric } from '../../src/metrics/margin-metrics.js';
import { rowBootstrap } from '../../src/metrics/row-bootstrap.js';
import { randomStream } from '../../src/random.js';
import { METRIC_NAMES } from '../../src/sweep.js';

const COUNTED = METRIC_NAMES.filter((name): name is CountMetric => name !== 'log_loss');
const OPTIONS = { draws: 4000, seed: 0 };

test('metrics of margins are those of the confusion matrix', () => {
  const rows = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 60 });
  fc.assert(
    fc.property(rows, (pairs) => {
      const confusion = confusionMatrix(
        pairs.map(([truth]) => truth),
        pairs.map(([, predicted]) => predicted),
        4,
      );
      const { truth, predicted, hits } = marginals(confusion);
      const expected = metricValues({ confusion, rareClasses: [1, 3], logLoss: 0 });
      for (const name of COUNTED) {
        const value = marginMetric(name, { support: truth, predicted, hits }, [false, true, false, true]);
        expect(value).toBeCloseTo(expected[name], 12);
      }
    }),
  );
});

/** Two classes of 400 and 20 rows; the first run finds 15 of the rare rows, the second the same and one more. */
function twoTrials() {
  const labels = Uint16Array.from({ length: 420 }, (_, row) => (row < 400 ? 0 : 1));
  const run = (found: number) => labels.map((label, row) => (label === 1 && row >= 400 + found ? 0 : label));
  return { labels, rareClasses: [1], classCount: 2, trials: [[run(15)], [run(16)], [run(15)]] };
}

test('the spread of a recall under resampling is the unbiased binomial one', () => {
  const [first] = rowBootstrap(twoTrials(), ['rare_recall'], OPTIONS).get('rare_recall') ?? [];
  const mean = 15 / 20;
  expect(Math.abs((first?.runVariance ?? 0) - (mean * (1 - mean)) / 19)).toBeLessThan(0.0006);
});

test('all runs see the same rows: the same predictions have the same draws', () => {
  const [first, second, third] = rowBootstrap(twoTrials(), ['macro_f1'], OPTIONS).get('macro_f1') ?? [];
  expect(third?.means).toEqual(first?.means);
  expect(second?.means.every((value, draw) => value >= (first?.means[draw] as number))).toBe(true);
});

test('runs that are too many to be held at once see the same rows as well', () => {
  const stream = randomStream(5, 'synthetic');
  const coin = Uint16Array.from({ length: 400_000 }, () => stream.integer(2));
  const labels = coin.map((_, row) => row % 2);
  // Each differs from the most frequent prediction in half of the rows, 18 million in all.
  const trials = Array.from({ length: 90 }, (_, run) => [
    coin.map((side, row) => (side + (row >> (run % 8))) % 2),
  ]);
  const drawsOf = (own: typeof trials) =>
    rowBootstrap({ labels, rareClasses: [], classCount: 2, trials: own }, ['accuracy'], { draws: 5, seed: 0 })
      .get('accuracy')
      ?.map(({ means }) => [...means].map((value) => value.toFixed(12)));
  expect(drawsOf(trials)?.at(-1)).toEqual(drawsOf(trials.slice(-1))?.at(-1));
});

test('a fixed seed gives the same estimates', () => {
  const values = { macro_f1: [0.8, 0.82, 0.8].map((value) => new Map([[1, value]])) };
  expect(estimateTrials(twoTrials(), values, OPTIONS)).toEqual(estimateTrials(twoTrials(), values, OPTIONS));
});

test('perfect predictions have no spread', () => {
  const labels = Uint16Array.of(0, 0, 1, 1);
  const rows = { labels, rareClasses: [1], classCount: 2, trials: [[labels]] };
  const { estimates } = estimateTrials(rows, { macro_f1: [new Map([[1, 1]])] }, OPTIONS).macro_f1;
  expect(estimates[0]).toEqual({ mean: 1, interval: { low: 1, high: 1 }, rowError: 0, seedSd: Number.NaN });
});

test('seeds that disagree beyond the sampling of rows widen the interval and show as their own spread', () => {
  const { labels } = twoTrials();
  const stream = randomStream(3, 'synthetic');
  const seeds = [0.3, 0.5, 0.7, 0.9];
  const trials = Array.from({ length: 6 }, () =>
    seeds.map((recall) => labels.map((label) => (label === 1 && stream.uniform() > recall ? 0 : label))),
  );
  const recallOf = (run: Uint16Array) => run.reduce((sum, predicted) => sum + predicted, 0) / 20;
  const shuffled = trials.map((runs, trial) =>
    runs.map((_, at) => runs[(at + trial) % seeds.length] as Uint16Array),
  );
  const values = {
    rare_recall: shuffled.map((runs) => new Map(runs.map((run, seed) => [seed, recallOf(run)]))),
  };
  const rows = { labels, rareClasses: [1], classCount: 2, trials: shuffled };
  const [estimate] = estimateTrials(rows, values, OPTIONS).rare_recall.estimates;
  expect(estimate?.seedSd).toBeGreaterThan(0.1);
  const halfWidth = ((estimate?.interval.high ?? 0) - (estimate?.interval.low ?? 0)) / 2;
  expect(halfWidth).toBeGreaterThan(2.5 * (estimate?.rowError ?? 0));
});

test('a loss, whose rows are not stored, is estimated from its seeds', () => {
  const values = [
    [0.5, 0.6, 0.7],
    [0.9, 0.7, 0.8],
    [0.4, 0.45, 0.42],
  ].map((own) => new Map(own.map((value, seed) => [seed, value])));
  const [first] = estimateFromSeeds(values, OPTIONS).estimates;
  expect(first?.mean).toBeCloseTo(0.6, 12);
  expect(first?.rowError).toBeNaN();
  expect(first?.interval.low).toBeLessThan(0.55);
  expect(first?.interval.high).toBeGreaterThan(0.65);
});

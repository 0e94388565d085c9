import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCountMetric, METRIC_NAMES } from '../../src/metric.js';
import { metricValues } from '../../src/metrics/classification-metrics.js';
import { confusionMatrix, marginals } from '../../src/metrics/confusion.js';
import { compareWith, differenceInterval, verdictOf } from '../../src/metrics/estimates/comparisons.js';
import {
  type Estimate,
  estimateMeasured,
  estimateTrials,
} from '../../src/metrics/estimates/estimate-trials.js';
import { wilsonInterval } from '../../src/metrics/estimates/intervals.js';
import { marginMetric, marginSettings } from '../../src/metrics/margin-metrics.js';
import { rowBootstrap } from '../../src/metrics/noise/row-bootstrap.js';
import { randomStream } from '../../src/random.js';

const COUNTED = METRIC_NAMES.filter(isCountMetric);
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
      const settings = marginSettings({ rareClasses: [1, 3], classCount: 4 });
      for (const name of COUNTED) {
        const value = marginMetric(name, { support: truth, predicted, hits }, settings);
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
  const estimated = () => {
    const { estimates, ...joint } = estimateTrials(twoTrials(), values, OPTIONS).macro_f1;
    return { ...joint, estimates: estimates() };
  };
  expect(estimated()).toEqual(estimated());
});

test('what other training rows would change is in every interval, as a multiple of the variance between seeds', () => {
  const values = [0.5, 0.6].map((base) => new Map([0, 0.02, 0.04].map((more, seed) => [seed, base + more])));
  const of = (trainingRows: number) => estimateMeasured('log_loss', values, { ...OPTIONS, trainingRows });
  const [without, with2] = [of(0), of(2)];
  const width = ({ estimates }: typeof without) => {
    const { low, high } = estimates()[0]?.interval ?? { low: 0, high: 0 };
    return high - low;
  };
  // √(1/3 + 2) against √(1/3).
  expect(width(with2) / width(without)).toBeCloseTo(Math.sqrt(7), 6);
  const error = (estimates: typeof without) => compareWith(estimates, 0).errors[1] ?? 0;
  expect(error(with2)).toBeGreaterThanOrEqual(error(without));
});

test('few rows that agree by luck do not make a difference certain', () => {
  const support = [400, 5];
  const labels = Uint16Array.from(support.flatMap((rows, label) => Array<number>(rows).fill(label)));
  const run = (wrong: number) => labels.map((label, row) => (label === 0 && row < wrong ? 1 : label));
  const trials = [
    [run(40), run(41)],
    [run(20), run(22)],
  ];
  const value = [
    new Map([
      [1, 1],
      [2, 1],
    ]),
    new Map([
      [1, 1],
      [2, 1],
    ]),
  ];
  const { rare_recall } = estimateTrials(
    { labels, rareClasses: [1], classCount: 2, trials },
    { rare_recall: value },
    OPTIONS,
  );
  // Nothing differs on the five rare rows, which shows little.
  const { low, high } = differenceInterval(compareWith(rare_recall, 0), 1);
  expect(high - low).toBeGreaterThan(0.2);
});

test('perfect predictions on few rows are no certainty: the interval is at least Wilson’s of as many rows', () => {
  for (const rows of [1, 4, 20]) {
    const labels = Uint16Array.from({ length: 2 * rows }, (_, row) => row % 2);
    const trials = [[labels], [labels.map(() => 0)]];
    const { rare_recall, accuracy } = estimateTrials(
      { labels, rareClasses: [1], classCount: 2, trials },
      {
        rare_recall: [new Map([[1, 1]]), new Map([[1, 0]])],
        accuracy: [new Map([[1, 1]]), new Map([[1, 0.5]])],
      },
      OPTIONS,
    );
    const near = (actual: number | undefined, expected: number) =>
      expect(Math.abs((actual ?? 2) - expected)).toBeLessThan(0.08);
    near(rare_recall.estimates()[0]?.interval.low, wilsonInterval(1, rows).low);
    expect(rare_recall.estimates()[0]?.interval.high).toBe(1);
    expect(rare_recall.estimates()[1]?.interval.low).toBe(0);
    near(rare_recall.estimates()[1]?.interval.high, wilsonInterval(0, rows).high);
    near(accuracy.estimates()[0]?.interval.low, wilsonInterval(1, 2 * rows).low);
  }
});

test('one row a class: 15 of 60 rows against 18 of 60 is no difference', () => {
  const labels = Uint16Array.from({ length: 60 }, (_, row) => row);
  const right = (rows: readonly number[]) =>
    labels.map((label) => (rows.includes(label) ? label : (label + 1) % 60));
  const span = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
  const runs = [right(span(0, 15)), right(span(1, 19))];
  const value = (share: number) => new Map([1, 2, 3].map((seed) => [seed, share]));
  const { balanced_accuracy } = estimateTrials(
    { labels, rareClasses: [], classCount: 60, trials: runs.map((run) => [run, run, run]) },
    { balanced_accuracy: [value(15 / 60), value(18 / 60)] },
    OPTIONS,
  );
  const comparison = compareWith(balanced_accuracy, 0);
  // Exact McNemar of 1 against 4 discordant rows: p = 0.375.
  expect(verdictOf(comparison, 1)).toBe(0);
  const { low, high } = differenceInterval(comparison, 1);
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(0.1);
  for (const { interval } of balanced_accuracy.estimates()) {
    expect(interval.high - interval.low).toBeGreaterThan(0.18);
  }
});

test('a class of one row that nobody finds leaves room above, not below, and little between configurations', () => {
  const support = [200, 100, 1];
  const labels = Uint16Array.from(support.flatMap((rows, label) => Array<number>(rows).fill(label)));
  const run = (wrong: number) => labels.map((label, row) => (label === 2 || row % 20 < wrong ? 0 : label));
  const trials = [1, 2].map((wrong) => [run(wrong), run(wrong), run(wrong)]);
  const of = (rows: Uint16Array, kept: readonly number[]) =>
    rows.filter((_, row) => kept.includes(labels[row] as number));
  const estimate = (kept: readonly number[]) => {
    const own = of(labels, kept);
    const runs = trials.map((seeds) => seeds.map((predictions) => of(predictions, kept)));
    const scores = runs.map((seeds) =>
      seeds.map((predictions) => {
        const confusion = confusionMatrix(own, predictions, 3);
        return metricValues({ confusion, rareClasses: [], logLoss: 0 }).macro_f1;
      }),
    );
    const values = scores.map((seeds) => new Map(seeds.map((score, at) => [at, score])));
    return estimateTrials(
      { labels: own, rareClasses: [], classCount: 3, trials: runs },
      { macro_f1: values },
      OPTIONS,
    ).macro_f1;
  };
  const [all, large] = [estimate([0, 1, 2]), estimate([0, 1])];
  const reach = ({ estimates }: typeof all) => {
    const { mean, interval } = estimates()[0] as Estimate;
    return { below: mean - interval.low, above: interval.high - mean };
  };
  // A third of the metric may be 0 to 0.79 for this class, and is 0 here.
  expect(reach(all).above).toBeGreaterThan(0.25);
  expect(reach(all).below).toBeLessThan(1.2 * reach(large).below);
  expect(compareWith(all, 0).errors[1]).toBeLessThan(0.2);
});

/** Trials whose recall is the sum of what a seed does to all of them and of what is their own. */
function sharedSeeds(shared: readonly number[], own: readonly (readonly number[])[]) {
  const labels = Uint16Array.from({ length: 800 }, (_, row) => row % 2);
  const run = (recall: number) =>
    labels.map((label, row) => (label === 1 && row >= 800 * recall ? 0 : label));
  const recalls = own.map((ofTrial) => ofTrial.map((value, seed) => value + (shared[seed] as number)));
  return estimateTrials(
    { labels, rareClasses: [1], classCount: 2, trials: recalls.map((ofTrial) => ofTrial.map(run)) },
    { rare_recall: recalls.map((ofTrial) => new Map(ofTrial.map((recall, seed) => [seed, recall]))) },
    OPTIONS,
  ).rare_recall;
}

test('neighbours that share a seed’s luck make no interval of an own value narrower, but differences sharp', () => {
  const shared = [0.3, 0.5, 0.7, 0.4];
  const own = [0, 0.01, -0.01, 0.005, -0.02].map((shift) => [shift, shift + 0.002, shift, shift - 0.002]);
  const width = ({ interval }: Estimate) => interval.high - interval.low;
  const alone = sharedSeeds(shared, own.slice(0, 1)).estimates().map(width)[0] as number;
  const beside = sharedSeeds(shared, own);
  for (const estimate of beside.estimates()) expect(width(estimate)).toBeGreaterThan(0.85 * alone);
  expect(Math.max(...compareWith(beside, 0).errors)).toBeLessThan(alone / 20);
});

test('trials of other seeds do not share their luck', () => {
  const values = [
    [1, 0.3],
    [2, 0.7],
    [3, 0.5],
  ] as const;
  const of = (shift: number, seeds: number) =>
    new Map(values.map(([seed, value]) => [seed + seeds, value + shift]));
  const error = (seeds: number) => {
    const joint = estimateMeasured('log_loss', [of(0, 0), of(0.01, 0), of(0.02, seeds)], OPTIONS);
    return compareWith(joint, 0).errors[2] as number;
  };
  expect(error(0)).toBeLessThan(0.02);
  expect(error(10)).toBeGreaterThan(0.1);
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
  const [estimate] = estimateTrials(rows, values, OPTIONS).rare_recall.estimates();
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
  const [first] = estimateMeasured('log_loss', values, OPTIONS).estimates();
  expect(first?.mean).toBeCloseTo(0.6, 12);
  expect(first?.rowError).toBeNaN();
  expect(first?.interval.low).toBeLessThan(0.55);
  expect(first?.interval.high).toBeGreaterThan(0.65);
});

test('a trial without the metric has no estimate, and does not touch those of the others', () => {
  const own = [0.5, 0.6, 0.7].map((value, seed) => [seed, value] as const);
  const missing = new Map(own.map(([seed]) => [seed, Number.NaN]));
  const [alone] = estimateMeasured('brier', [new Map(own)], OPTIONS).estimates();
  const both = estimateMeasured('brier', [missing, new Map(own)], OPTIONS);
  expect(both.estimates()[1]).toEqual(alone);
  expect(both.estimates()[0]).toMatchObject({ mean: Number.NaN, interval: { low: Number.NaN } });
  const against = compareWith(both, 1);
  expect([verdictOf(against, 0), verdictOf(compareWith(both, 0), 1)]).toEqual([0, 0]);
  expect(differenceInterval(against, 0).low).toBeNaN();
});

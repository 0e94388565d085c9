// What intervals and verdicts of metrics of probabilities may claim where a class has few rows.
import { expect, test } from 'vitest';
import type { ScoredMetric } from '../../src/metric.js';
import { compareWith, differenceInterval, verdictOf } from '../../src/metrics/estimates/comparisons.js';
import { estimateMeasured } from '../../src/metrics/estimates/estimate-trials.js';
import { wilsonInterval } from '../../src/metrics/estimates/intervals.js';
import { scoreBootstrap } from '../../src/metrics/noise/scores/score-bootstrap.js';
import { probabilityMetrics } from '../../src/metrics/probability-metrics.js';
import { randomStream } from '../../src/random.js';

const OPTIONS = { draws: 2000, seed: 0 };

/** Two classes: a run gives the rows of the second one these ranks among the others, 0 above all of them. */
function estimatesOf(
  metric: ScoredMetric,
  others: number,
  trials: readonly (readonly number[])[],
  groups?: Uint32Array,
) {
  const positives = trials[0]?.length ?? 0;
  const labels = Uint16Array.from({ length: others + positives }, (_, row) => Number(row >= others));
  const shares = trials.map((ranks) => [
    ...Array.from({ length: others }, (_, row) => (row + 1) / (others + 1)),
    ...ranks.map((rank) => (others - rank + 0.5) / (others + 1)),
  ]);
  return estimatesOfShares(metric, labels, shares, groups);
}

/** Two classes: `shares` are the probabilities of the second one, by run, then by row. */
function estimatesOfShares(
  metric: ScoredMetric,
  labels: Uint16Array,
  shares: readonly (readonly number[])[],
  groups?: Uint32Array,
) {
  const table = { labels, classCount: 2, groups };
  const support = [0, 1].map((cls) => labels.filter((label) => label === cls).length);
  const runs = shares.map((share) => {
    const columns = Float64Array.from([...share.map((own) => 1 - own), ...share]);
    const { metrics, rankings } = probabilityMetrics({ columns, targets: labels, classes: 2 });
    const [draws] = scoreBootstrap(table, [columns], [metric], OPTIONS);
    return {
      value: metrics[metric as 'roc_auc'],
      draws: draws?.get(metric) ?? new Float32Array(),
      classes: support.map((rows, cls) => ({
        support: rows,
        ...(rankings[cls] && { ranking: rankings[cls] }),
      })),
    };
  });
  const values = runs.map(({ value }) => new Map([[1, value]]));
  return estimateMeasured(metric, values, OPTIONS, { trials: runs.map((run) => [run]), table });
}

test('one row of a class decides nothing: neither that a model is better, nor that two are equivalent', () => {
  for (const metric of ['average_precision', 'roc_auc', 'recall_at_fpr', 'precision_at_k'] as const) {
    const estimates = estimatesOf(metric, 200, [[0], [150], [0]]);
    const against = compareWith(estimates, 1);
    expect([metric, verdictOf(against, 0)]).toEqual([metric, 0]);
    const alike = differenceInterval(compareWith(estimates, 0), 2);
    expect(alike.low).toBeLessThan(-0.1);
    expect(alike.high).toBeGreaterThan(0.1);
  }
});

test('rows that are all ranked first leave what as many right predictions leave', () => {
  const [estimate] = estimatesOf('average_precision', 300, [[0, 0, 0, 0, 0]]).estimates();
  expect(estimate?.mean).toBe(1);
  expect(estimate?.interval.low).toBeCloseTo(wilsonInterval(1, 5).low, 2);
  expect(estimate?.interval.high).toBe(1);
});

test.each([5, 10])('models that find all %i rows are not equal for certain, whatever others find', (rows) => {
  // The precisions of ten rows, each 1, do not add up to 10 exactly.
  const every = Array.from({ length: rows }, (_, at) => -at / 100);
  const estimates = estimatesOf('average_precision', 300, [every, every, every.with(0, 9)]);
  const { low, high } = differenceInterval(compareWith(estimates, 0), 1);
  expect(low).toBeLessThan(-0.05);
  expect(high).toBeGreaterThan(0.05);
});

test('intervals of few rows are wider than those of many by more than their number', () => {
  const ranks = [0, 3, 10, 30, 60];
  const width = (times: number): number => {
    const [own] = estimatesOf('roc_auc', 200, [
      Array.from({ length: times }, () => ranks).flat(),
    ]).estimates();
    return (own?.interval.high ?? 0) - (own?.interval.low ?? 0);
  };
  expect(width(1) / width(8)).toBeGreaterThan(1.2 * Math.sqrt(8));
});

test('groups of rows blur more than as many rows', () => {
  const ranks = Array.from({ length: 40 }, (_, at) => (Math.floor(at / 10) % 2 === 0 ? 2 : 120));
  const groups = Uint32Array.from({ length: 240 }, (_, row) =>
    row < 200 ? row : 200 + Math.floor((row - 200) / 10),
  );
  const width = (own?: Uint32Array): number => {
    const [{ interval } = { interval: { low: 0, high: 0 } }] = estimatesOf(
      'roc_auc',
      200,
      [ranks],
      own,
    ).estimates();
    return interval.high - interval.low;
  };
  expect(width(groups)).toBeGreaterThan(1.5 * width());
});

/** 65 of 100 rows are of the second class. Their shares of it are true, or by so much too sure. */
function calibratedRows(table: number, tooSure = 0) {
  const stream = randomStream(table, 'synthetic', 0);
  const labels = Uint16Array.from({ length: 100 }, (_, row) => Number(row < 65));
  const shares = Array.from(labels, (label) => {
    for (;;) {
      const share = 0.5 + 0.3 * stream.uniform();
      if (Number(stream.uniform() < share) === label) return share + tooSure;
    }
  });
  return { labels, shares };
}

test.each([0, 0.1])('a calibration error of %f that few rows make larger is within its interval', (error) => {
  const held = Array.from({ length: 100 }, (_, table) => {
    const { labels, shares } = calibratedRows(table, error);
    const [{ interval } = { interval: { low: 1, high: 0 } }] = estimatesOfShares('ece', labels, [
      shares,
    ]).estimates();
    return interval.low <= error && error <= interval.high;
  });
  expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(92);
});

test('a loss that one row of many makes may be several times as large', () => {
  const labels = Uint16Array.from({ length: 200 }, (_, row) => Number(row >= 100));
  const shares = Array.from(labels, (label, row) => (row === 0 ? 0.99 : label));
  const [{ mean, interval } = { mean: 1, interval: { low: 0, high: 0 } }] = estimatesOfShares(
    'brier',
    labels,
    [shares],
  ).estimates();
  expect(interval.high).toBeGreaterThan(5 * mean);
});

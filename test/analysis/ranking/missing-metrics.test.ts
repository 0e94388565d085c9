// Rankings where some configurations lack a metric, or do not vary.
import { describe, expect, test } from 'vitest';
import { differenceFrom } from '../../../src/analysis/ranking/difference.js';
import { againstBaseline, standings } from '../../../src/analysis/ranking/standings.js';
import type { SweepEstimates } from '../../../src/analysis/ranking/sweep-estimates.js';
import type { MetricName } from '../../../src/metric.js';
import { mayBeBest } from '../../../src/metrics/estimates/best-of.js';
import { compareWith } from '../../../src/metrics/estimates/comparisons.js';
import { estimateMeasured } from '../../../src/metrics/estimates/estimate-trials.js';

const METRIC = { name: 'macro_f1', goal: 'maximize' } as const;

/** Estimates from the values of three seeds each. */
function estimatesOf(name: MetricName, trials: readonly (readonly number[])[]) {
  const values = trials.map((own) => new Map(own.map((value, seed) => [seed, value])));
  return estimateMeasured(name, values, { draws: 500, seed: 0 });
}

const around = (mean: number) => [mean - 0.01, mean, mean + 0.012];
const missing = [Number.NaN, Number.NaN, Number.NaN];

describe('a configuration that lacks the ranking metric', () => {
  const ranked = estimatesOf('macro_f1', [around(0.8), around(0.6), missing]);
  const rare = estimatesOf('rare_recall', [around(0.5), around(0.5), around(0.5)]);
  const estimates = { ranked, macro_f1: ranked, rare_recall: rare } as unknown as SweepEstimates;

  test('ranks after all that have it, and is tied with none of them', () => {
    const found = standings(estimates, { metric: METRIC, baseline: -1 }, null);
    expect(found.map(({ isTied }) => isTied)).toEqual([true, false, false]);
    expect(found.map(({ rankInterval }) => rankInterval)).toEqual([
      { low: 1, high: 1 },
      { low: 2, high: 2 },
      { low: 3, high: 3 },
    ]);
  });
});

test('a baseline that lacks a metric does not take its differences from the others', () => {
  const ranked = estimatesOf('macro_f1', [around(0.8), [0.82, 0.79, 0.785], around(0.7)]);
  const precision = (of: readonly (readonly number[])[]) => {
    const measured = estimatesOf('average_precision', of);
    const of3 = new Map<MetricName, typeof ranked>([
      ['macro_f1', ranked],
      ['average_precision', measured],
    ]);
    const reference = { metric: METRIC, baseline: 0, candidates: [0, 1], equivalent: () => 0.01 };
    return againstBaseline({ ranked, of: of3 }, reference)('average_precision')(2);
  };
  const other = [0.62, 0.6, 0.58];
  const complete = precision([around(0.5), around(0.48), other]);
  const partly = precision([around(0.5), missing, other]);
  expect(complete.interval.low).toBeLessThan(complete.mean);
  expect(partly.mean).toBe(complete.mean);
  expect(partly.interval.low).toBeLessThan(partly.mean);
});

test('what never varies is equivalent within the region, and differs outside it', () => {
  const joint = { means: [0.6, 0.601, 0.65, 0.6], isReplicated: [true, true, true, true] };
  const deviations = joint.means.map(() => new Float64Array(100));
  const comparison = compareWith({ ...joint, deviations }, 0);
  const verdicts = joint.means.map(
    (_, trial) => differenceFrom(comparison, trial, { sign: 1, equivalent: 0.01 }).verdict,
  );
  expect(verdicts).toEqual(['equivalent', 'equivalent', 'better', 'equivalent']);
});

test('a metric that never decides alone leaves every baseline a rival', () => {
  const joint = estimatesOf('macro_f1', [around(0.8), around(0.3)]);
  expect(mayBeBest(joint, [0, 1], 0)).toEqual([0]);
  expect(mayBeBest({ ...joint, isUndecided: true }, [0, 1], 0)).toEqual([0, 1]);
});

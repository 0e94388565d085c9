import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS, type Metric, type MetricName, type MetricValues } from '../../src/metric.js';
import { splitMetrics } from '../../src/metrics/classification-metrics.js';
import { confusionMatrix, marginals } from '../../src/metrics/confusion.js';
import { marginMetric, marginSettings } from '../../src/metrics/margin-metrics.js';
import { columnsOf, probabilityMetrics } from '../../src/metrics/probability-metrics.js';
import { softmaxColumns } from '../../src/metrics/softmax.js';

interface Golden {
  readonly name: string;
  readonly classes: number;
  readonly targets: readonly number[];
  readonly probabilities: readonly number[];
  readonly predictions: readonly number[];
  readonly metric: readonly [name: MetricName, parameter: number] | null;
  /** Null where it cannot be measured. */
  readonly metrics: { readonly [name in MetricName]?: number | null };
  readonly per_class: readonly (Readonly<Record<string, number | null>> | null)[];
}

const file = new URL('./fixtures/probability-metrics.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Golden[] };

const PER_CLASS = [
  ['average_precision', 'averagePrecision'],
  ['roc_auc', 'rocAuc'],
  ['recall_at_precision', 'recallAtPrecision'],
  ['recall_at_fpr', 'recallAtFpr'],
  ['precision_at_k', 'precisionAtK'],
] as const;

const metricOf = ({ metric }: Golden): Metric | undefined =>
  metric === null ? undefined : { name: metric[0], goal: METRICS[metric[0]].goal, parameter: metric[1] };

const scoresOf = (golden: Golden) =>
  probabilityMetrics(
    {
      columns: columnsOf(Float64Array.from(golden.probabilities), golden.classes),
      targets: Uint16Array.from(golden.targets),
      classes: golden.classes,
    },
    metricOf(golden),
  );

/** NaN stands where scikit-learn has no value. */
const near = (actual: number, expected: number | null | undefined, what: string) => {
  const distance = Math.abs(actual - (expected ?? Number.NaN));
  expect(distance <= 1e-12 || (expected === null && Number.isNaN(actual)), `${what} ${actual}`).toBe(true);
};

describe('metrics of probabilities', () => {
  it.each(cases)('equal scikit-learn’s to 1e-12: $name', (golden) => {
    const { targets, predictions, classes } = golden;
    const scores = scoresOf(golden);
    const confusion = confusionMatrix(targets, predictions, classes);
    const { metrics } = splitMetrics({
      confusion,
      rareClasses: [],
      logLoss: 0,
      scores,
      metric: metricOf(golden),
    });
    for (const [name, expected] of Object.entries(golden.metrics)) {
      near(metrics[name as keyof MetricValues], expected, name);
    }
    for (const [cls, expected] of golden.per_class.entries()) {
      const ranking = scores.rankings[cls];
      expect(ranking === undefined).toBe(expected === null);
      for (const [name, field] of PER_CLASS) {
        near(ranking?.[field] ?? Number.NaN, expected?.[name] ?? null, `${name} of class ${cls}`);
      }
    }
  });

  it('has a case of every kind: ties, one row, one class, no row of a class, two classes', () => {
    expect(cases.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ties', 'one row', 'rows of one class', 'a class without rows', 'binary']),
    );
  });

  it('gives the same from counts as from a confusion matrix', () => {
    for (const golden of cases) {
      const confusion = confusionMatrix(golden.targets, golden.predictions, golden.classes);
      const { truth, predicted, hits } = marginals(confusion);
      const settings = marginSettings({
        rareClasses: [],
        classCount: golden.classes,
        metric: metricOf(golden),
      });
      for (const name of ['cohen_kappa', 'g_mean', 'f_beta'] as const) {
        const value = marginMetric(name, { support: truth, predicted, hits }, settings);
        near(value, golden.metrics[name], `${name} of ${golden.name}`);
      }
    }
  });

  it('does not depend on the order of the rows, and only the order of probabilities ranks them', () => {
    const rows = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 2 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }),
      ),
      { minLength: 1, maxLength: 40 },
    );
    const of = (table: readonly (readonly [number, readonly number[]])[], scale = 1) =>
      probabilityMetrics({
        columns: columnsOf(
          Float64Array.from(table.flatMap(([, values]) => values.map((value) => scale * value))),
          3,
        ),
        targets: Uint16Array.from(table.map(([target]) => target)),
        classes: 3,
      });
    fc.assert(
      fc.property(rows, (table) => {
        const forwards = of(table);
        const backwards = of(table.toReversed());
        expect(backwards.rankings).toEqual(forwards.rankings);
        expect(of(table, 0.125).rankings).toEqual(forwards.rankings);
      }),
    );
  });

  it('are not a number where a probability is not, and without rows', () => {
    const of = (values: readonly number[], targets: readonly number[]) =>
      probabilityMetrics({
        columns: columnsOf(Float64Array.from(values), 2),
        targets: Uint16Array.from(targets),
        classes: 2,
      }).metrics;
    expect(Object.values(of([0.5, Number.NaN], [1]))).toEqual(Array(7).fill(Number.NaN));
    expect(Object.values(of([], []))).toEqual(Array(7).fill(Number.NaN));
  });
});

describe('softmax', () => {
  it('sums to one without overflow', () => {
    const rows = softmaxColumns(Float32Array.of(1000, 0, -1000, 0, 0, 0), 3);
    expect([...rows]).toEqual([1, 1 / 3, 0, 1 / 3, 0, 1 / 3]);
    expect([...softmaxColumns(Float32Array.of(0, Number.NaN), 2)]).toEqual([Number.NaN, Number.NaN]);
  });

  it('is as exact as Math.exp', () => {
    fc.assert(
      fc.property(fc.float({ min: -700, max: 700, noNaN: true }), (logit) => {
        const [first = 0] = softmaxColumns(Float32Array.of(logit, 0), 2);
        const expected = 1 / (1 + Math.exp(-logit));
        expect(Math.abs(first - expected)).toBeLessThanOrEqual(1.5e-15 * expected);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { isCostMetric, isProbabilityMetric, METRIC_NAMES } from '../../src/metric.js';
import { classMetrics, metricValues } from '../../src/metrics/classification-metrics.js';
import { confusionMatrix } from '../../src/metrics/confusion.js';
import { fixtureCases, fixturesNote, haveFixtures, type MetricsCase } from '../shared-fixtures.js';
import { thrown } from '../thrown.js';

/** Both sides agree to 12 decimals. */
const near = (actual: number, expected: number | undefined) =>
  expect(Math.abs(actual - (expected ?? Number.NaN))).toBeLessThanOrEqual(1e-12);

describe('classification metrics', () => {
  it.each([
    [[0, 1], [0], 'predictions', /there are 1 for 2 targets/],
    [[0, 2], [0, 1], 'targets', /value 2 is 2, which is no class/],
    [[0, 1], [0, -1], 'predictions', /value 2 is -1/],
    [[0, 1], [0, 0.5], 'predictions', /value 2 is 0.5/],
  ])('count no confusion of %j and %j', (targets, predictions, where, message) => {
    const error = thrown(() => confusionMatrix(targets, predictions, 2));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ where, message: expect.stringMatching(message) });
  });

  it.skipIf(!haveFixtures)(`equal scikit-learn's to 1e-12${fixturesNote}`, () => {
    const cases = fixtureCases<MetricsCase>('classification-metrics');
    expect(cases).not.toHaveLength(0);
    for (const expected of cases) {
      const confusion = confusionMatrix(expected.targets, expected.predictions, expected.classes);
      expect([...confusion]).toEqual(expected.confusion.flat());
      classMetrics(confusion).forEach((ofClass, index) => {
        near(ofClass.precision, expected.precision[index]);
        near(ofClass.recall, expected.recall[index]);
        near(ofClass.f1, expected.f1[index]);
        expect(ofClass.support).toBe(expected.support[index]);
      });
      const values = metricValues({ confusion, rareClasses: [], logLoss: 0.5 });
      near(values.accuracy, expected.accuracy);
      near(values.mcc, expected.mcc);
      // balanced_accuracy_score leaves classes without rows out, and so does every mean here; f1_score does so with `labels`.
      const measured = (of: readonly number[]) => of.filter((_, index) => (expected.support[index] ?? 0) > 0);
      const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
      const isMeasured = !expected.support.includes(0);
      near(values.macro_f1, isMeasured ? expected.macro_f1 : mean(measured(expected.f1)));
      near(values.balanced_accuracy, mean(measured(expected.recall)));
      near(values.worst_recall, Math.min(...measured(expected.recall)));
    }
  });

  it('averages rare recall over the rare classes that have rows', () => {
    const confusion = Uint32Array.of(8, 2, 0, 1, 3, 0, 0, 0, 0);
    const rare = (rareClasses: number[]) => metricValues({ confusion, rareClasses, logLoss: 0 }).rare_recall;
    expect(rare([1])).toBe(0.75);
    expect(rare([0, 1])).toBeCloseTo(0.775, 15);
    expect(rare([1, 2])).toBe(0.75);
    expect(rare([2])).toBe(0);
  });

  it('leaves a class without rows out of macro-F1, but not what is wrongly predicted as it', () => {
    const of = (...counts: number[]) =>
      metricValues({ confusion: Uint32Array.from(counts), rareClasses: [], logLoss: 0 }).macro_f1;
    expect(of(8, 0, 0, 0, 4, 0, 0, 0, 0)).toBe(1);
    expect(of(6, 0, 2, 0, 4, 0, 0, 0, 0)).toBeCloseTo((12 / 14 + 1) / 2, 15);
  });

  it('gives zeros, not NaN, where nothing can be divided', () => {
    const empty = metricValues({ confusion: new Uint32Array(9), rareClasses: [0], logLoss: 0 });
    expect(METRIC_NAMES.filter((name) => empty[name] !== 0)).toEqual(
      METRIC_NAMES.filter((name) => isProbabilityMetric(name) || isCostMetric(name)),
    );
    const oneSided = metricValues({ confusion: Uint32Array.of(5, 0, 5, 0), rareClasses: [], logLoss: 0 });
    expect(oneSided.mcc).toBe(0);
    expect(oneSided.macro_f1).toBeCloseTo(1 / 3, 15);
  });
});

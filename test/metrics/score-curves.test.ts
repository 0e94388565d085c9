import fc from 'fast-check';
import { expect, it } from 'vitest';
import { columnsOf } from '../../src/metrics/probability-metrics.js';
import { RECALLS, scoreCurves, storedProbabilities } from '../../src/metrics/score-curves.js';
import { LOGIT_STEPS } from '../../src/sweep.js';

const rowsOf = fc.array(fc.record({ target: fc.nat(2), score: fc.nat(6) }), { minLength: 1, maxLength: 30 });

it('has at each recall the precision of the highest threshold that reaches it', () => {
  fc.assert(
    fc.property(rowsOf, (rows) => {
      const values = rows.flatMap(({ score }) => [score / 8, 0, 1 - score / 8]);
      const targets = Uint16Array.from(rows.map(({ target }) => target));
      const curves = scoreCurves({ columns: columnsOf(Float64Array.from(values), 3), targets, classes: 3 });
      const own = rows.filter(({ target }) => target === 0);
      const thresholds = [...new Set(rows.map(({ score }) => score))].toSorted((a, b) => b - a);
      const expected = RECALLS.map((recall) => {
        const reached = thresholds.flatMap((threshold) => {
          const hits = own.filter(({ score }) => score >= threshold).length;
          const found = rows.filter(({ score }) => score >= threshold).length;
          return hits > 0 && hits >= recall * own.length - 1e-9 ? [hits / found] : [];
        });
        return reached[0];
      });
      expect(curves.precisions[0] ?? null).toEqual(own.length === 0 ? null : expected);
    }),
  );
});

it('counts every row in one bin of its top probability', () => {
  const columns = columnsOf(Float64Array.of(0.9, 0.1, 0.95, 0.05, 0.5, 0.5), 2);
  const { bins } = scoreCurves({ columns, targets: Uint16Array.of(0, 1, 1), classes: 2 });
  expect(bins.flatMap(({ rows }, at) => (rows > 0 ? [[at, rows]] : []))).toEqual([
    [7, 1],
    [13, 1],
    [14, 1],
  ]);
  expect(bins[7]).toMatchObject({ confidence: 0.5, accuracy: 0 });
});

it('reads probabilities from stored logits', () => {
  const [first = 0, second = 0] = storedProbabilities(Uint16Array.of(0, 2 * LOGIT_STEPS), 2);
  expect(first).toBeCloseTo(1 / (1 + Math.exp(-2)), 14);
  expect(first + second).toBeCloseTo(1, 14);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossEntropySum } from '../../src/metrics/probability-metrics.js';
import { ensembleRows } from '../../src/metrics/softmax.js';

describe('an ensemble of members', () => {
  const shares = fc.double({ min: 0, max: 1, noNaN: true });
  const members = fc
    .record({
      count: fc.integer({ min: 1, max: 4 }),
      rows: fc.integer({ min: 1, max: 6 }),
      classes: fc.integer({ min: 2, max: 4 }),
    })
    .chain(({ count, rows, classes }) =>
      fc.record({
        rows: fc.constant(rows),
        classes: fc.constant(classes),
        /** By member, row and class. */
        cells: fc.array(fc.array(fc.array(shares, exactly(classes)), exactly(rows)), exactly(count)),
      }),
    );

  it('is the mean of their probabilities, by row and by column', () => {
    fc.assert(
      fc.property(members, ({ rows, classes, cells }) => {
        const columns = cells.map((own) =>
          Float64Array.from(
            { length: rows * classes },
            (_, at) => own[at % rows]?.[Math.floor(at / rows)] ?? NaN,
          ),
        );
        const mean = (row: number, cls: number) =>
          cells.reduce((sum, own) => sum + (own[row]?.[cls] ?? NaN), 0) / cells.length;
        const together = ensembleRows(columns, classes);
        for (let row = 0; row < rows; row++) {
          const own = Array.from({ length: classes }, (_, cls) => mean(row, cls));
          expect([...together.values.subarray(row * classes, (row + 1) * classes)]).toEqual(own);
          expect(own.map((_, cls) => together.columns[cls * rows + row])).toEqual(own);
          expect(together.predictions[row]).toBe(own.indexOf(Math.max(...own)));
        }
      }),
    );
  });

  it('follows the surer members, not the most, and the lowest class where classes are equal', () => {
    const sure = Float64Array.of(0.95, 0.05);
    const unsure = Float64Array.of(0.4, 0.6);
    expect([...ensembleRows([sure, unsure, unsure], 2).predictions]).toEqual([0]);
    expect([...ensembleRows([Float64Array.of(0.2, 0.4, 0.4)], 3).predictions]).toEqual([1]);
  });
});

it('the cross-entropy of a certain mistake is that of scikit-learn’s clipped probability', () => {
  expect(crossEntropySum(2, () => 0)).toBe(2 * 52 * Math.LN2);
  expect(crossEntropySum(2, (row) => [0.5, 0.25][row] ?? NaN)).toBeCloseTo(3 * Math.LN2, 12);
});

function exactly(length: number) {
  return { minLength: length, maxLength: length };
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviationTable } from '../../src/metrics/deviations.js';
import { MarginDraws } from '../../src/metrics/margin-draws.js';
import { PackedCounts } from '../../src/metrics/packed-counts.js';

const CLASSES = 5;
const classes = (length: number) =>
  fc.array(fc.nat(CLASSES - 1), { minLength: length, maxLength: length }).map((all) => Uint16Array.from(all));

/** Labels, runs' predictions, and how often each row is drawn in each draw. */
const sweeps = fc.integer({ min: 1, max: 40 }).chain((rows) =>
  fc.record({
    labels: classes(rows),
    runs: fc.array(classes(rows), { minLength: 1, maxLength: 6 }),
    drawn: fc.array(fc.array(fc.nat(3), { minLength: rows, maxLength: rows }), {
      minLength: 3,
      maxLength: 3,
    }),
  }),
);

test('margins of drawn rows are those of counting every row', () => {
  fc.assert(
    fc.property(sweeps, ({ labels, runs, drawn }) => {
      const table = deviationTable(labels, runs, CLASSES);
      const support = new Float64Array(CLASSES);
      for (const label of labels) support[label] = (support[label] as number) + 1;
      const counts = new PackedCounts(labels.length, 3 * labels.length);
      drawn.forEach((times, place) => {
        times.forEach((count, row) => {
          for (let time = 0; time < count; time++) counts.add(row, place);
        });
      });
      const draws = new MarginDraws(table, counts, support);
      draws.drawn();
      for (const [at, deviations] of table.runs.entries()) {
        draws.turnTo(deviations);
        for (const [place, times] of drawn.entries()) {
          const { predicted, hits } = draws.at(place);
          const expected = { predicted: new Float64Array(CLASSES), hits: new Float64Array(CLASSES) };
          times.forEach((count, row) => {
            const label = labels[row] as number;
            const cls = runs[at]?.[row] as number;
            const n = support[label] as number;
            const weight = (count * n) / Math.max(1, n - 1);
            expected.predicted[cls] = (expected.predicted[cls] as number) + weight;
            if (cls === label) expected.hits[cls] = (expected.hits[cls] as number) + weight;
          });
          for (let cls = 0; cls < CLASSES; cls++) {
            expect(predicted[cls]).toBeCloseTo(expected.predicted[cls] as number, 9);
            expect(hits[cls]).toBeCloseTo(expected.hits[cls] as number, 9);
          }
        }
      }
    }),
  );
});

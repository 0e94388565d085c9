import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviationTable } from '../../src/metrics/noise/deviations.js';
import { DRAWS_AT_ONCE } from '../../src/metrics/noise/draw-kernel.js';
import { Weigher } from '../../src/metrics/noise/splits/weigher.js';

const CLASSES = 4;
const UNITS = 6;
const TABLE = 5;
const listOf = (length: number, below: number) =>
  fc.array(fc.nat(below - 1), { minLength: length, maxLength: length });
const classes = (length: number) => listOf(length, CLASSES).map((all) => Uint16Array.from(all));

const splits = fc.integer({ min: 1, max: 40 }).chain((rows) =>
  fc.record({
    labels: classes(rows),
    runs: fc.array(classes(rows), { minLength: 1, maxLength: 5 }),
    units: listOf(rows, UNITS).map((all) => Uint32Array.from(all)),
    places: listOf(UNITS * DRAWS_AT_ONCE, TABLE).map((all) => Uint16Array.from(all)),
    // Halves of the unit of weights occur, and weights far apart.
    tables: fc.array(
      fc.array(fc.double({ min: 2 ** -30, max: 900, noNaN: true }), { minLength: TABLE, maxLength: TABLE }),
      {
        minLength: CLASSES,
        maxLength: CLASSES,
      },
    ),
  }),
);

/** What a class has of the weights of a draw, as src/metrics/noise/splits/pool-bootstrap.ts describes it. */
function plainWeights(labels: Uint16Array, weightOf: (row: number) => number): readonly number[] {
  const sums = new Float64Array(CLASSES);
  const support = new Float64Array(CLASSES);
  labels.forEach((label, row) => {
    sums[label] = (sums[label] as number) + weightOf(row);
    support[label] = (support[label] as number) + 1;
  });
  return Array.from(labels, (label, row) => {
    const share = weightOf(row) / (sums[label] as number);
    return Math.round(share * (support[label] as number) * 2 ** 20) / 2 ** 20;
  });
}

test('margins are the sums of the weights that rows have by their units, to the bit', () => {
  fc.assert(
    fc.property(splits, ({ labels, runs, units, places, tables }) => {
      const support = Float64Array.from(
        { length: CLASSES },
        (_, cls) => labels.filter((label) => label === cls).length,
      );
      const weigher = new Weigher({
        table: deviationTable(labels, runs, CLASSES),
        labels,
        units,
        support,
        tables: tables.map((table) => Float64Array.from(table)),
        unitCount: UNITS,
      });
      weigher.weigh(places);
      for (const [at, run] of runs.entries()) {
        for (const [draw, margins] of weigher.count(at).entries()) {
          const placeOf = (row: number) => places[(units[row] as number) * DRAWS_AT_ONCE + draw] as number;
          const weights = plainWeights(
            labels,
            (row) => tables[labels[row] as number]?.[placeOf(row)] as number,
          );
          for (let cls = 0; cls < CLASSES; cls++) {
            const sumOf = (counts: (row: number) => boolean) =>
              weights.reduce((sum, weight, row) => (counts(row) ? sum + weight : sum), 0);
            const hits = sumOf((row) => run[row] === cls && labels[row] === cls);
            expect(margins.predicted[cls]).toBe(sumOf((row) => run[row] === cls));
            expect(margins.hits[cls]).toBe(Math.min(hits, support[cls] as number));
            expect(margins.support[cls]).toBe(support[cls]);
          }
        }
      }
    }),
  );
});

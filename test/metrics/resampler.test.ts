import fc from 'fast-check';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { deviationTable } from '../../src/metrics/noise/deviations.js';
import { DRAWS_AT_ONCE } from '../../src/metrics/noise/draw-kernel.js';
import { Resampler } from '../../src/metrics/noise/resampler.js';

const CLASSES = 5;
const classes = (length: number) =>
  fc.array(fc.nat(CLASSES - 1), { minLength: length, maxLength: length }).map((all) => Uint16Array.from(all));

/** Labels, runs' predictions, and where the random numbers begin. */
const sweeps = fc.integer({ min: 1, max: 40 }).chain((rows) =>
  fc.record({
    labels: classes(rows),
    runs: fc.array(classes(rows), { minLength: 1, maxLength: 6 }),
    state: fc.tuple(...Array.from({ length: 4 }, () => fc.nat(2 ** 31 - 1))),
  }),
);

const rowsOf = (labels: Uint16Array, cls: number) =>
  Int32Array.from(labels.keys()).filter((row) => labels[row] === cls);

test('margins are those of drawing rows with the generator of every other draw, and of counting each', () => {
  fc.assert(
    fc.property(sweeps, ({ labels, runs, state }) => {
      const strata = Array.from({ length: CLASSES }, (_, cls) => rowsOf(labels, cls));
      const table = deviationTable(labels, runs, CLASSES);
      const ends = Int32Array.from(
        strata,
        (_, cls) => strata.slice(0, cls + 1).flatMap((own) => [...own]).length,
      );
      const resampler = new Resampler({
        table,
        runs: table.runs,
        strata: { rows: Int32Array.from(strata.flatMap((own) => [...own])), ends },
        state: Uint32Array.from(state),
      });
      const generator = xoroshiro128plusFromState(state);
      const drawn = () =>
        strata.flatMap((rows) =>
          Array.from(
            { length: rows.length === 1 ? 1 : Math.max(0, rows.length - 1) },
            () => rows[Math.floor(((generator.next() >>> 0) / 2 ** 32) * rows.length)] as number,
          ),
        );
      for (let block = 0; block < 2; block++) {
        resampler.draw();
        const draws = Array.from({ length: DRAWS_AT_ONCE }, drawn);
        for (const [at, run] of runs.entries()) {
          const margins = resampler.count(at);
          for (const [place, rows] of draws.entries()) {
            const expected = { predicted: new Float64Array(CLASSES), hits: new Float64Array(CLASSES) };
            for (const row of rows) {
              const label = labels[row] as number;
              const cls = run[row] as number;
              const n = strata[label]?.length ?? 0;
              const weight = n / Math.max(1, n - 1);
              expected.predicted[cls] = (expected.predicted[cls] as number) + weight;
              if (cls === label) expected.hits[cls] = (expected.hits[cls] as number) + weight;
            }
            expect(margins[place]?.support).toEqual(Float64Array.from(strata, ({ length }) => length));
            for (let cls = 0; cls < CLASSES; cls++) {
              expect(margins[place]?.predicted[cls]).toBeCloseTo(expected.predicted[cls] as number, 9);
              expect(margins[place]?.hits[cls]).toBeCloseTo(expected.hits[cls] as number, 9);
            }
          }
        }
      }
    }),
  );
});

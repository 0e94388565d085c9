import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  RARE_FACTORS,
  rareFactorPredictions,
  rareOffsets,
} from '../../src/metrics/decisions/rare-factors.js';
import { decideByOffsets } from '../../src/metrics/decisions/scored-rows.js';

const CLASSES = 5;

/** A row's distances below its top, which is the prediction, in steps; many are equal. */
const row = fc
  .record({
    top: fc.nat(CLASSES - 1),
    distances: fc.array(fc.oneof(fc.nat(3), fc.nat(6000)), { minLength: CLASSES, maxLength: CLASSES }),
  })
  .map(({ top, distances }) => ({ top, logits: distances.map((steps, cls) => (cls === top ? 0 : steps)) }));

test('rows are decided as by offsets of the logits', () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 20 }),
      fc.uniqueArray(fc.nat(CLASSES - 1)),
      (rows, rareClasses) => {
        const labels = Uint16Array.from(rows, () => 0);
        const predictions = Uint16Array.from(rows, ({ top }) => top);
        const logits = Uint16Array.from(rows.flatMap((own) => own.logits));
        const decided = rareFactorPredictions({ logits, predictions, rareClasses });
        for (const [at, factor] of RARE_FACTORS.entries()) {
          const expected = predictions.slice();
          decideByOffsets(
            { logits, predictions, labels, rareClasses, trainSupport: Array(CLASSES).fill(1) },
            { shown: [...rows.keys()], offsets: rareOffsets(CLASSES, rareClasses, factor) },
            expected,
          );
          const sameAs = (own: Uint16Array) =>
            [...own].map((cls, place) =>
              rareClasses.includes(cls) ? logits[place * CLASSES + cls] : -1 - cls,
            );
          expect(sameAs(decided[at] ?? new Uint16Array())).toEqual(sameAs(expected));
        }
      },
    ),
  );
});

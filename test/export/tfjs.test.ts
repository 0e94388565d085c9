import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportTfjs } from '../../src/export/tfjs/tfjs-exporter.js';
import type { Model } from '../../src/model/model.js';
import { anyDecision, referenceClass } from '../model/any-decision.js';
import { anyModel, anyRows } from '../model/any-model.js';
import { referenceProbabilities } from '../model/reference-probabilities.js';
import { SAMPLE_MODELS } from '../model/sample-models.js';
import { runTfjs } from './tfjs-session.js';

/** TensorFlow.js takes float32: of two equal quantiles at 0, only a float64 such as 5e-324 lies just above. */
const float32Rows = anyRows.map((rows) =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, cell]) => [
        column,
        typeof cell === 'number' ? Math.fround(cell) : cell,
      ]),
    ),
  ),
);
/** Models that fill gaps with a float32. */
const float32Models = anyModel('network').map(({ members, ...model }) => ({
  ...model,
  members: members.map(({ preparation, ...member }) => ({
    ...member,
    preparation: {
      ...preparation,
      columns: preparation.columns.map((column) =>
        column.kind === 'numeric' ? { ...column, fill: Math.fround(column.fill) } : column,
      ),
    },
  })),
}));

test('TensorFlow.js computes the probabilities of any network', async () => {
  await fc.assert(
    fc.asyncProperty(float32Models, float32Rows, async (model, rows) => {
      const { probabilities } = await runTfjs(exportTfjs(model).files, rows);
      const errors = rows.flatMap((row, at) =>
        referenceProbabilities(model, row).map((own, cls) =>
          Math.abs(own - (probabilities[at]?.[cls] ?? Number.NaN)),
        ),
      );
      expect(Math.max(...errors)).toBeLessThan(1e-5);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('TensorFlow.js decides as the decision of a model says', async () => {
  const decided = float32Models.chain((model) =>
    anyDecision(model.classNames.length).map((decision) => ({ ...model, decision })),
  );
  await fc.assert(
    fc.asyncProperty(decided, float32Rows, async (model, rows) => {
      const { probabilities, labels } = await runTfjs(exportTfjs(model).files, rows);
      expect(labels).toHaveLength(rows.length);
      const expected = probabilities.map((own) => referenceClass(model.decision, own));
      expected.forEach((cls, at) => {
        expect([null, labels[at]]).toContain(cls);
      });
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('says which columns float32 cannot show', () => {
  const [model] = SAMPLE_MODELS as [Model];
  expect(exportTfjs(model).notes).toEqual([]);
  const notesOf = (column: object) => exportTfjs(withNumbers(model, column)).notes;
  expect(notesOf({ scaling: { mean: 1.7e9, rest: 0, sd: 1000 } })).toEqual([
    expect.stringContaining('column "bytes"'),
  ]);
  expect(notesOf({ scaling: { mean: 1.7e9, rest: 0, sd: 1e9 } })).toEqual([]);
  const [scaling, narrow] = [{ mean: 0, rest: 0, sd: 1 }, [1, 1.001, 2]];
  expect(notesOf({ scaling, bins: narrow })).toHaveLength(1);
  expect(notesOf({ scaling, quantiles: [1.7e9, 1.7e9 + 3600] })).toHaveLength(1);
  expect(notesOf({ scaling, quantiles: [0, 3600] })).toEqual([]);
});

/** A model whose columns of numbers are prepared in that way. */
function withNumbers({ members, ...model }: Model, changes: object): Model {
  return {
    ...model,
    members: members.map(({ preparation, ...member }) => ({
      ...member,
      preparation: {
        ...preparation,
        columns: preparation.columns.map((column) => {
          if (column.kind !== 'numeric') return column;
          const { logarithm: _, ...plain } = column;
          return { ...plain, ...changes };
        }),
      },
    })),
  };
}

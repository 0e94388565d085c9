import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportTfjs } from '../../src/export/tfjs/tfjs-exporter.js';
import type { Model } from '../../src/model/model.js';
import type { Scaling } from '../../src/model/number-preparation.js';
import { anyModel, anyRows } from '../model/any-model.js';
import { referenceProbabilities } from '../model/reference-probabilities.js';
import { SAMPLE_MODELS } from '../model/sample-models.js';
import { runTfjs } from './tfjs-session.js';

test('TensorFlow.js computes the probabilities of any network', async () => {
  await fc.assert(
    fc.asyncProperty(anyModel('network'), anyRows, async (model, rows) => {
      const probabilities = await runTfjs(exportTfjs(model).files, rows);
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

test('says which columns float32 cannot show', () => {
  const [model] = SAMPLE_MODELS as [Model];
  expect(exportTfjs(model).notes).toEqual([]);
  const notes = exportTfjs(withScaling(model, { mean: 1.7e9, rest: 0, sd: 1000 })).notes;
  expect(notes).toEqual([expect.stringContaining('column "bytes"')]);
  expect(exportTfjs(withScaling(model, { mean: 1.7e9, rest: 0, sd: 1e9 })).notes).toEqual([]);
});

/** A model whose columns of numbers have that scaling, and no logarithm. */
function withScaling({ members, ...model }: Model, scaling: Scaling): Model {
  return {
    ...model,
    members: members.map((member) => ({
      ...member,
      preparation: {
        ...member.preparation,
        columns: member.preparation.columns.map((column) => {
          if (column.kind !== 'numeric') return column;
          const { logarithm: _, ...plain } = column;
          return { ...plain, scaling };
        }),
      },
    })),
  };
}

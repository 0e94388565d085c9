import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportTfjs } from '../../src/export/tfjs/tfjs-exporter.js';
import { anyModel, anyRows } from '../model/any-model.js';
import { referenceProbabilities } from '../model/reference-probabilities.js';
import { runTfjs } from './tfjs-session.js';

test('TensorFlow.js computes the probabilities of any network', async () => {
  await fc.assert(
    fc.asyncProperty(anyModel('network'), anyRows, async (model, rows) => {
      const probabilities = await runTfjs(exportTfjs(model), rows);
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

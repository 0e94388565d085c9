import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportOnnx } from '../../src/export/onnx/onnx-exporter.js';
import type { Model } from '../../src/model/model.js';
import type { RawRow } from '../../src/model/preparation.js';
import { anyDecision, referenceClass } from '../model/any-decision.js';
import { anyModel, anyRows } from '../model/any-model.js';
import { referenceProbabilities } from '../model/reference-probabilities.js';
import { runOnnx } from './onnx-session.js';

function onnxBytes(model: Model): Uint8Array {
  return exportOnnx(model).files[0]?.bytes ?? new Uint8Array();
}

async function largestError(model: Model, rows: readonly RawRow[]): Promise<number> {
  const { probabilities } = await runOnnx(onnxBytes(model), rows);
  const errors = rows.flatMap((row, at) =>
    referenceProbabilities(model, row).map((own, cls) =>
      Math.abs(own - (probabilities[at]?.[cls] ?? Number.NaN)),
    ),
  );
  return Math.max(...errors);
}

test.each([[['network']], [['trees']], [['network', 'trees']]] as const)(
  'ONNX Runtime computes the probabilities of any model of %j',
  async (kinds) => {
    await fc.assert(
      fc.asyncProperty(anyModel(...kinds), anyRows, async (model, rows) => {
        expect(await largestError(model, rows)).toBeLessThan(1e-5);
      }),
      { numRuns: 60 },
    );
  },
  120_000,
);

test('ONNX Runtime decides as the decision of a model says', async () => {
  const decided = anyModel('network', 'trees').chain((model) =>
    anyDecision(model.classNames.length).map((decision) => ({ ...model, decision })),
  );
  await fc.assert(
    fc.asyncProperty(decided, anyRows, async (model, rows) => {
      const { labels, probabilities } = await runOnnx(onnxBytes(model), rows);
      const { probabilities: plain } = await runOnnx(
        onnxBytes({ classNames: model.classNames, members: model.members }),
        rows,
      );
      expect(probabilities).toEqual(plain);
      const expected = probabilities.map((own) => referenceClass(model.decision, own));
      expected.forEach((cls, at) => {
        expect([null, model.classNames.indexOf(labels[at] ?? '?')]).toContain(cls);
      });
    }),
    { numRuns: 100 },
  );
}, 120_000);

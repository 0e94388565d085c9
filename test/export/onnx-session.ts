import * as ort from 'onnxruntime-web';
import type { RawRow } from '../../src/model/preparation.js';

ort.env.wasm.numThreads = 1;

/** What ONNX Runtime computes of rows: labels, and probabilities by row. */
export async function runOnnx(
  bytes: Uint8Array,
  rows: readonly RawRow[],
): Promise<{ readonly labels: readonly string[]; readonly probabilities: readonly (readonly number[])[] }> {
  const session = await ort.InferenceSession.create(bytes);
  const inputs = session.inputMetadata.map((input) => {
    const cells = rows.map((row) => row[input.name] ?? null);
    const isText = input.isTensor && input.type === 'string';
    const shape = [rows.length, 1];
    const tensor = isText
      ? new ort.Tensor(
          'string',
          cells.map((cell) => String(cell ?? '')),
          shape,
        )
      : new ort.Tensor(
          'float64',
          Float64Array.from(cells, (cell) => Number(cell ?? Number.NaN)),
          shape,
        );
    return [input.name, tensor] as const;
  });
  const [label = '', probabilities = ''] = session.outputNames;
  const outputs = await session.run(Object.fromEntries(inputs));
  const values = [...((outputs[probabilities]?.data ?? []) as Float32Array)];
  const classes = values.length / rows.length;
  await session.release();
  return {
    labels: [...((outputs[label]?.data ?? []) as readonly string[])],
    probabilities: rows.map((_, at) => values.slice(at * classes, (at + 1) * classes)),
  };
}

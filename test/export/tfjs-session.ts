import '@tensorflow/tfjs-backend-cpu';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import type { ExportFile } from '../../src/export/export.js';
import type { RawRow } from '../../src/model/preparation.js';

interface Described {
  readonly numbers: readonly string[];
  readonly categories: readonly { readonly column: string; readonly texts: readonly string[] }[];
}

/** What TensorFlow.js computes of rows: probabilities by row, and where the model has a decision the places of classes. */
export async function runTfjs(
  files: readonly ExportFile[],
  rows: readonly RawRow[],
): Promise<{ readonly probabilities: readonly (readonly number[])[]; readonly labels: readonly number[] }> {
  const bytesOf = (name: string) => files.find((file) => file.name === name)?.bytes ?? new Uint8Array();
  const fetchFunc = (url: unknown) =>
    Promise.resolve(new Response(new Uint8Array(bytesOf(fileOf(String(url))))));
  const model = await loadGraphModel('http://localhost/model.json', { fetchFunc });
  const { numbers, categories } = model.metadata as unknown as Described;
  const inputs = {
    ...(numbers.length > 0 && {
      numbers: tensor2d(
        rows.flatMap((row) => numbers.map((name) => Number(row[name] ?? Number.NaN))),
        [rows.length, numbers.length],
        'float32',
      ),
    }),
    ...(categories.length > 0 && {
      categories: tensor2d(
        rows.flatMap((row) =>
          categories.map(({ column, texts }) => texts.indexOf(String(row[column] ?? 'missing'))),
        ),
        [rows.length, categories.length],
        'int32',
      ),
    }),
  };
  const output = model.predict(inputs) as Tensor | { readonly probabilities: Tensor; readonly label: Tensor };
  const isDecided = 'label' in output;
  const values = [...(await (isDecided ? output.probabilities : output).data())];
  const labels = isDecided ? [...(await output.label.data())] : [];
  const classes = values.length / rows.length;
  model.dispose();
  return { probabilities: rows.map((_, at) => values.slice(at * classes, (at + 1) * classes)), labels };
}

function fileOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

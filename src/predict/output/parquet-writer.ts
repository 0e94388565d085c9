import { createTableFile } from '../../tables/table-file.js';
import { type PredictionLayout, type PredictionWriter, predictionColumns } from './prediction-writer.js';

/** A writer of a Parquet file, which has its name only when it is whole. */
export async function parquetWriter(path: string, layout: PredictionLayout): Promise<PredictionWriter> {
  const { classNames } = layout;
  const table = await createTableFile(path, 'parquet', predictionColumns(layout));
  return {
    async write({ rows, predictions, probabilities, fileOf }) {
      for (let row = 0; row < rows; row++) {
        const cls = predictions[row] as number;
        const shares = classNames.map((_, own) => probabilities[own * rows + row] as number);
        await table.write([
          ...(layout.files ? [fileOf(row)] : []),
          classNames[cls] ?? null,
          shares[cls] ?? null,
          ...(layout.probabilities ? shares : []),
        ]);
      }
    },
    finish: () => table.finish(),
    abandon: () => table.abandon(),
  };
}

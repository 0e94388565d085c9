import type { DatasetRecord, RecordedRun, ScoredSplit, SweepDetail, SweepReader } from '../store/store.js';
import type { TableFile } from './table-file.js';

/** Runs whose predictions are in memory at a time. */
const CHUNK = 16;

/** Some runs of a sweep on one of the splits. */
interface PredictedRuns {
  readonly sweep: SweepDetail;
  readonly runs: readonly RecordedRun[];
  readonly split: ScoredSplit;
}

/** Writes a row for every row of the split of every finished run. */
export async function writePredictions(
  reader: SweepReader,
  file: TableFile,
  { sweep: { name, dataset }, runs, split }: PredictedRuns,
): Promise<void> {
  for (let from = 0; from < runs.length; from += CHUNK) {
    const chunk = runs.slice(from, from + CHUNK);
    const predictions = await reader.predictions(
      chunk.map(({ runId }) => runId),
      split,
    );
    for (const { runId, seed } of chunk) {
      const rowOf = rowsOfSplit(dataset, split, seed);
      for (const [at, predicted] of (predictions.get(runId) ?? []).entries()) {
        const { row, label } = rowOf(at);
        await file.write([
          name,
          runId,
          split,
          row,
          dataset.classNames[label] ?? null,
          dataset.classNames[predicted] ?? null,
        ]);
      }
    }
  }
}

/** The place of a prediction's row among all rows that may be in the split, and its true class. */
function rowsOfSplit(
  { validationLabels, validationRows, testLabels }: DatasetRecord,
  split: ScoredSplit,
  seed: number,
): (at: number) => { readonly row: number; readonly label: number } {
  const rows = split === 'validation' ? validationRows?.get(seed) : undefined;
  const labels = split === 'validation' ? validationLabels : testLabels;
  return (at) => {
    const row = rows?.[at] ?? at;
    return { row, label: labels[row] ?? Number.NaN };
  };
}

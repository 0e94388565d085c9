// What models say of the test rows of their sweeps, beside what was recorded of them.
import { basename } from 'node:path';
import { openStore, parseSpec, prepareSweep, runSweep, type SweepReader } from '../../dist/index.js';
import { openedFile } from '../../src/data/read/source-files.js';
import { METRIC_NAMES } from '../../src/metric.js';
import { decodeModel } from '../../src/model/file/model-file.js';
import type { PredictedRows } from '../../src/predict/output/prediction-writer.js';
import { predictRows } from '../../src/predict/predict.js';

/** Trains a sweep, keeping every model, and reads its store. */
export async function launched<T>(
  db: string,
  text: string,
  read: (reader: SweepReader) => Promise<T>,
): Promise<T> {
  const spec = parseSpec(`keep: all\n${text}`);
  const writer = await openStore(db).writer();
  try {
    await runSweep({ ...(await prepareSweep(spec, { db })), writer, workers: 2 });
  } finally {
    await writer.close();
  }
  const reader = await openStore(db).reader();
  try {
    return await read(reader);
  } finally {
    await reader.close();
  }
}

/** A file with the test rows of a sweep. */
interface TestRows {
  readonly file: string;
  readonly label: string;
}

/** Every run of a sweep: classes and metrics that its model gives the test rows of a file, and those that were recorded. */
export async function toldAndRecorded(reader: SweepReader, name: string, rows: TestRows) {
  const runs = await reader.runs(name);
  const pairs = [];
  for (const { runId, trialId } of runs) {
    const { scores, classes } = await predicted((await reader.model(runId)) ?? new Uint8Array(), rows);
    const stored = (await reader.testMetrics(name, trialId)).get(runId);
    const known = METRIC_NAMES.filter((metric) => Number.isFinite(stored?.[metric]));
    pairs.push({
      told: [classes, ...known.map((metric) => scores?.result.metrics[metric])],
      recorded: [
        [...((await reader.predictions([runId], 'test')).get(runId) ?? [])],
        ...known.map((metric) => stored?.[metric]),
      ],
    });
  }
  return pairs;
}

/** Predicts and scores rows by a model file. */
async function predicted(model: Uint8Array, { file, label }: TestRows) {
  const classes: number[] = [];
  const writer = {
    write: async ({ predictions }: PredictedRows) => {
      classes.push(...predictions);
    },
    finish: async () => {},
    abandon: () => {},
  };
  const files = [await openedFile(file, basename(file), 2)];
  const outcome = await predictRows({ model: decodeModel(model), files, writer, labels: label });
  return { classes, ...outcome };
}

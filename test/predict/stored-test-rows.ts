// What models say of the test rows of their sweeps, beside what was recorded of them.
import { basename } from 'node:path';
import { openStore, parseSpec, prepareSweep, runSweep, type SweepReader } from '../../dist/index.js';
import { openedFile } from '../../src/data/read/source-files.js';
import { METRIC_NAMES } from '../../src/metric.js';
import { decodeModel } from '../../src/model/file/model-file.js';
import type { Model } from '../../src/model/model.js';
import type { PredictedRows } from '../../src/predict/output/prediction-writer.js';
import { predictRows } from '../../src/predict/predict.js';
import { memberRuns, storedModel } from '../../src/predict/stored-model.js';

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
    const { scores, classes } = await predicted(
      decodeModel((await reader.model(runId)) ?? new Uint8Array()),
      rows,
    );
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

/** What the kept models of a trial's seeds say of the rows together. */
export async function toldByTrial(reader: SweepReader, trialId: string, rows: TestRows) {
  const members = await memberRuns(reader, { kind: 'trial', id: trialId });
  const { classes, scores } = await predicted(await storedModel(reader, members), rows);
  return { classes, logLoss: scores?.result.metrics.log_loss ?? Number.NaN };
}

/** The same of the stored logits of the test rows, in plain arithmetic; also by how much the likeliest class leads, as a log ratio. */
export async function storedEnsemble(reader: SweepReader, name: string, trialId: string) {
  const { classNames, rareClasses, testLabels } = (await reader.sweep(name)).dataset;
  const runs = (await reader.runs(name)).filter((run) => run.trialId === trialId);
  const members = await Promise.all(runs.map(async ({ runId }) => await reader.logits(runId, 'test')));
  const means = [...testLabels].map((_, row) => {
    const own = members.map((logits) => {
      const powers = classNames.map((_name, cls) =>
        Math.exp(-(logits?.[row * classNames.length + cls] ?? NaN) / 1024),
      );
      const total = powers.reduce((sum, power) => sum + power, 0);
      return powers.map((power) => power / total);
    });
    return classNames.map(
      (_name, cls) => own.reduce((sum, member) => sum + (member[cls] ?? NaN), 0) / own.length,
    );
  });
  const classes = means.map((own) => own.indexOf(Math.max(...own)));
  const leadNats = means.map((own) => {
    const [first = NaN, second = NaN] = [...own].sort((a, b) => b - a);
    return Math.log(first / second);
  });
  const count = (holds: (told: number, label: number) => boolean) =>
    classes.filter((told, row) => holds(told, testLabels[row] ?? -1)).length;
  const perClass = classNames.map((_name, cls) => {
    const hits = count((told, label) => told === cls && label === cls);
    const support = count((_told, label) => label === cls);
    return {
      isRare: rareClasses.includes(cls),
      recall: support === 0 ? 0 : hits / support,
      f1: (2 * hits) / Math.max(1, support + count((told) => told === cls)),
    };
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const logs = means.map((own, row) => -Math.log(own[testLabels[row] ?? -1] ?? NaN));
  return {
    classes,
    leadNats,
    metrics: {
      macro_f1: mean(perClass.map(({ f1 }) => f1)),
      rare_recall: mean(perClass.filter(({ isRare }) => isRare).map(({ recall }) => recall)),
      accuracy: count((told, label) => told === label) / classes.length,
      log_loss: mean(logs),
    },
  };
}

/** Predicts and scores rows. */
async function predicted(model: Model, { file, label }: TestRows) {
  const classes: number[] = [];
  const writer = {
    write: async ({ predictions }: PredictedRows) => {
      classes.push(...predictions);
    },
    finish: async () => {},
    abandon: () => {},
  };
  const files = [await openedFile(file, basename(file), 2)];
  const outcome = await predictRows({ model, files, writer, labels: label });
  return { classes, ...outcome };
}

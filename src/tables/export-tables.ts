import { join } from 'node:path';
import type { RowCell, RowColumn } from '../data/files/row-parquet.js';
import { knobValue } from '../knobs/knob-value.js';
import { KNOB_NAMES } from '../knobs/knobs.js';
import { METRIC_NAMES, type MetricValues } from '../metric.js';
import type { ParameterValue } from '../program.js';
import type {
  RecordedRun,
  RecordedScores,
  ScoredSplit,
  SweepDetail,
  SweepReader,
  TrialRow,
} from '../store/store.js';
import type { ClassMetrics, EpochRecord } from '../sweep.js';
import { knobCell } from '../where/cells.js';
import {
  CLASS_COLUMNS,
  EPOCH_COLUMNS,
  PREDICTION_COLUMNS,
  RANKING_FIELDS_OF_CLASSES,
  runColumnsOf,
} from './columns.js';
import { ownColumnsOf } from './own-columns-of-sweeps.js';
import { writePredictions } from './prediction-rows.js';
import { stretches } from './stretches.js';
import { createTableFile, type TableFile, type TableFormat } from './table-file.js';

export interface TableExport {
  /** Names of sweeps. */
  readonly sweeps: readonly string[];
  /** An existing folder. */
  readonly folder: string;
  readonly format: TableFormat;
  readonly predictions: boolean;
}

/** How many runs were exported. */
export interface ExportedCount {
  readonly runs: number;
}

/** The files of an export, by what they hold. */
export function tablePaths({ folder, format, predictions }: Omit<TableExport, 'sweeps'>) {
  const path = (name: string) => join(folder, `${name}.${format}`);
  return {
    runs: path('runs'),
    epochs: path('epochs'),
    classes: path('classes'),
    predictions: predictions ? path('predictions') : undefined,
  };
}

interface Files {
  readonly runs: TableFile;
  readonly epochs: TableFile;
  readonly classes: TableFile;
  readonly predictions?: TableFile | undefined;
}

/** Writes runs, their epochs and their classes as tables, a stretch of the plan at a time. */
export async function exportTables(reader: SweepReader, request: TableExport): Promise<ExportedCount> {
  const sweeps: SweepDetail[] = [];
  for (const name of request.sweeps) sweeps.push(await reader.sweep(name));
  const own = await ownColumnsOf(reader, sweeps);
  const files = await createFiles(request, own);
  const open = Object.values(files).filter((file) => file !== undefined);
  let runs = 0;
  try {
    for (const sweep of sweeps) runs += await exportSweep(reader, sweep, { files, own });
    for (const file of open) await file.finish();
  } finally {
    for (const file of open) file.abandon();
  }
  return { runs };
}

async function createFiles(request: TableExport, own: readonly RowColumn[]): Promise<Files> {
  const { runs, epochs, classes, predictions } = tablePaths(request);
  const { format } = request;
  return {
    runs: await createTableFile(runs, format, runColumnsOf(own)),
    epochs: await createTableFile(epochs, format, EPOCH_COLUMNS),
    classes: await createTableFile(classes, format, CLASS_COLUMNS),
    predictions:
      predictions === undefined ? undefined : await createTableFile(predictions, format, PREDICTION_COLUMNS),
  };
}

async function exportSweep(
  reader: SweepReader,
  sweep: SweepDetail,
  { files, own }: { readonly files: Files; readonly own: readonly RowColumn[] },
): Promise<number> {
  let count = 0;
  for (const stretch of stretches(sweep.trials)) {
    const trials = new Map((await reader.trials(sweep.name, stretch)).map((trial) => [trial.trialId, trial]));
    const runs = await reader.recordedRuns(sweep.name, stretch);
    const finished = runs.filter(({ result }) => result !== null).map(({ runId }) => runId);
    for (const run of runs) {
      const trial = trials.get(run.trialId);
      // A launch may have changed the plan meanwhile.
      if (trial === undefined) continue;
      await files.runs.write(runCells(sweep.name, trial, run, own));
      for (const epoch of run.epochs) await files.epochs.write(epochCells(sweep.name, run.runId, epoch));
      count++;
    }
    for (const split of ['validation', 'test'] as const) {
      for (const [runId, classes] of await reader.classMetrics(finished, split)) {
        for (const cells of classRows(sweep, { runId, split, classes })) await files.classes.write(cells);
      }
      if (files.predictions === undefined) continue;
      await writePredictions(reader, files.predictions, { sweep, runs, split });
    }
  }
  return count;
}

function runCells(
  sweep: string,
  trial: TrialRow,
  run: RecordedRun,
  own: readonly RowColumn[],
): readonly RowCell[] {
  const { result } = run;
  return [
    ...[sweep, run.runId, run.trialId, trial.position, trial.space ?? null],
    ...[trial.addedBaseline ? 1 : 0, run.seed, run.state, trial.engine],
    ...KNOB_NAMES.map((name) => parameterCell(knobValue(trial.config, name))),
    ...own.map(({ name }) => parameterCell(knobValue(trial.config, name))),
    ...scoreCells(result, 'validation'),
    ...scoreCells(result, 'test'),
    ...[result?.epochsTrained ?? null, result?.chosenEpoch ?? null, result?.stoppedBy ?? null],
    ...[run.attempts, run.startedAtMs, run.endedAtMs, run.durationMs, run.error],
  ];
}

function parameterCell(value: unknown): RowCell {
  return value === undefined || value === null ? null : knobCell(value as ParameterValue);
}

function scoreCells(result: RecordedScores | null, split: ScoredSplit): readonly RowCell[] {
  if (result === null) return [null, ...METRIC_NAMES.map(() => null)];
  const { loss, metrics } = result[split];
  return [loss, ...metricCells(metrics)];
}

function metricCells(metrics: MetricValues): readonly number[] {
  return METRIC_NAMES.map((name) => metrics[name]);
}

function epochCells(sweep: string, runId: string, record: EpochRecord): readonly RowCell[] {
  const { epoch, trainLoss, trainAccuracy, validationLoss, validation } = record;
  return [sweep, runId, epoch, trainLoss, trainAccuracy, validationLoss, ...metricCells(validation)];
}

interface ClassesOfRun {
  readonly runId: string;
  readonly split: ScoredSplit;
  readonly classes: readonly ClassMetrics[];
}

function classRows(
  { name, dataset: { classNames, rareClasses } }: SweepDetail,
  { runId, split, classes }: ClassesOfRun,
): readonly (readonly RowCell[])[] {
  return classes.map(({ support, precision, recall, f1, ranking }, at) => [
    ...[name, runId, split, classNames[at] ?? null, support, rareClasses.includes(at) ? 1 : 0],
    ...[precision, recall, f1],
    ...RANKING_FIELDS_OF_CLASSES.map(([, field]) => ranking?.[field] ?? null),
  ]);
}

import {
  type EpochRecord,
  METRIC_NAMES,
  type MetricName,
  type MetricValues,
  type RunResult,
  type SplitResult,
} from '../../sweep.js';
import { fromUint16, fromUint32 } from './blobs.js';

/** An epoch as a row; null may stand for NaN. */
export type EpochRow = { readonly [name in MetricName]: number | null } & {
  readonly run_id: string;
  readonly epoch: number;
  readonly train_loss: number | null;
  readonly train_accuracy: number | null;
  readonly validation_loss: number | null;
};

/** A result as rows of the result tables, each with its columns in order, and in key order. */
export function resultRows(result: RunResult) {
  const { runId: run_id, epochs, chosenEpoch, stoppedBy } = result;
  const perSplit = <Row>(cells: (split: SplitResult) => Row) =>
    SPLITS.map((split) => ({ run_id, split, ...cells(result[split]) }));
  return {
    results: [{ run_id, epochs_trained: epochs.length, chosen_epoch: chosenEpoch, stopped_by: stoppedBy }],
    split_metrics: perSplit(({ loss, metrics }) => ({ loss, ...metricCells(metrics) })),
    epochs: epochs.map((record) => epochRow(run_id, record)),
    class_metrics: classRows(result),
    confusions: perSplit(({ confusion }) => ({ counts: fromUint32(confusion) })),
    predictions: perSplit(({ predictions }) => ({ classes: fromUint16(predictions) })),
  };
}

/** In key order, as checksums need them. */
const SPLITS = ['test', 'validation'] as const;

/** One by one: hundreds of rows per batch would survive the collections of young objects and stay until the next full one. */
function* classRows(result: RunResult) {
  for (const split of SPLITS) {
    for (const [class_index, { precision, recall, f1, support }] of result[split].classes.entries()) {
      yield { run_id: result.runId, split, class_index, precision, recall, f1, support };
    }
  }
}

/** An epoch as a row. */
export function epochRow(run_id: string, record: EpochRecord) {
  return {
    run_id,
    epoch: record.epoch,
    train_loss: record.trainLoss,
    train_accuracy: record.trainAccuracy,
    validation_loss: record.validationLoss,
    ...metricCells(record.validation),
  };
}

/** An epoch from a row. */
export function epochOf(row: EpochRow): EpochRecord {
  return {
    epoch: row.epoch,
    trainLoss: real(row.train_loss),
    trainAccuracy: real(row.train_accuracy),
    validationLoss: real(row.validation_loss),
    validation: metricsOf(row),
  };
}

/** Metrics as cells, in the order of the columns. */
function metricCells(metrics: MetricValues): MetricValues {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, metrics[name]])) as unknown as MetricValues;
}

/** Metrics from a row. */
export function metricsOf(row: { readonly [name in MetricName]: number | null }): MetricValues {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, real(row[name])])) as unknown as MetricValues;
}

/** A real number from a cell; null stands for NaN. */
export function real(cell: number | null): number {
  return cell ?? Number.NaN;
}

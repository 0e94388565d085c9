import { METRIC_NAMES, type MetricValues, type RunResult, type SplitResult } from '../sweep.js';
import { fromUint16, fromUint32 } from './blobs.js';
import { type Connection, queries } from './connection.js';

/** Metrics as cells; NaN goes in as NULL, which is how SQLite keeps it. */
function metricCells(metrics: MetricValues): MetricValues {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, metrics[name]])) as unknown as MetricValues;
}

/** Metrics of a row; NULL comes out as NaN. */
export function metricsOf(row: { readonly [name in keyof MetricValues]: number | null }): MetricValues {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, real(row[name])])) as unknown as MetricValues;
}

/** A real number that SQLite holds; NULL is NaN. */
export function real(cell: number | null): number {
  return cell ?? Number.NaN;
}

/**
 * Writes a result's rows, unless the run has its result already: the same run always gives the same one. Says whether it did.
 */
export function insertResult(connection: Connection, result: RunResult): boolean {
  const run_id = result.runId;
  const known = queries.selectFrom('results').select('run_id').where('run_id', '=', run_id);
  if (connection.first(known) !== undefined) return false;
  connection.insertAll('results', [
    {
      run_id,
      epochs_trained: result.epochs.length,
      chosen_epoch: result.chosenEpoch,
      stopped_by: result.stoppedBy,
    },
  ]);
  connection.insertAll(
    'epochs',
    result.epochs.map((record) => ({
      run_id,
      epoch: record.epoch,
      train_loss: record.trainLoss,
      train_accuracy: record.trainAccuracy,
      validation_loss: record.validationLoss,
      ...metricCells(record.validation),
    })),
  );
  insertSplit(connection, run_id, 'validation', result.validation);
  insertSplit(connection, run_id, 'test', result.test);
  if (result.validationLogits !== undefined) {
    const old = queries.deleteFrom('logits').where('run_id', '=', run_id);
    connection.execute(old);
    connection.insertAll('logits', [{ run_id, validation: fromUint16(result.validationLogits) }]);
  }
  return true;
}

function insertSplit(
  connection: Connection,
  run_id: string,
  split: 'validation' | 'test',
  result: SplitResult,
): void {
  const key = { run_id, split };
  connection.insertAll('split_metrics', [{ ...key, loss: result.loss, ...metricCells(result.metrics) }]);
  connection.insertAll('class_metrics', classRows(run_id, split, result));
  connection.insertAll('confusions', [{ ...key, counts: fromUint32(result.confusion) }]);
  connection.insertAll('predictions', [{ ...key, classes: fromUint16(result.predictions) }]);
}

/** One by one: hundreds of rows a batch would outlive the young garbage and pile up until the next full collection. */
function* classRows(run_id: string, split: 'validation' | 'test', { classes }: SplitResult) {
  for (const [class_index, { precision, recall, f1, support }] of classes.entries()) {
    yield { run_id, split, class_index, precision, recall, f1, support };
  }
}

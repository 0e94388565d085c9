import { METRIC_NAMES, type MetricValues, type RunResult, type SplitResult } from '../../../sweep.js';
import { fromUint16, fromUint32 } from '../blobs.js';
import { type Connection, queries } from '../file/connection.js';
import { insertWithChecksums } from '../integrity/checksums.js';

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

/** Writes a result's rows, unless the run has its result already: the same run always gives the same one. */
export function insertResult(connection: Connection, result: RunResult): void {
  const run_id = result.runId;
  const known = queries.selectFrom('results').select('run_id').where('run_id', '=', run_id);
  if (connection.first(known) !== undefined) return;
  insertWithChecksums(connection, 'results', [
    {
      run_id,
      epochs_trained: result.epochs.length,
      chosen_epoch: result.chosenEpoch,
      stopped_by: result.stoppedBy,
    },
  ]);
  insertWithChecksums(
    connection,
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
  insertSplits(connection, result);
  if (result.validationLogits !== undefined) {
    const old = queries.deleteFrom('logits').where('run_id', '=', run_id);
    connection.execute(old);
    connection.insertAll('logits', [{ run_id, validation: fromUint16(result.validationLogits) }]);
  }
}

/** In key order, as checksums want them. */
const SPLITS = ['test', 'validation'] as const;

function insertSplits(connection: Connection, result: RunResult): void {
  const rowsOf = <Row>(cells: (split: SplitResult) => Row) =>
    SPLITS.map((split) => ({ run_id: result.runId, split, ...cells(result[split]) }));
  insertWithChecksums(
    connection,
    'split_metrics',
    rowsOf(({ loss, metrics }) => ({ loss, ...metricCells(metrics) })),
  );
  insertWithChecksums(connection, 'class_metrics', classRows(result));
  insertWithChecksums(
    connection,
    'confusions',
    rowsOf(({ confusion }) => ({ counts: fromUint32(confusion) })),
  );
  insertWithChecksums(
    connection,
    'predictions',
    rowsOf(({ predictions }) => ({ classes: fromUint16(predictions) })),
  );
}

/** One by one: hundreds of rows a batch would outlive the young garbage and pile up until the next full collection. */
function* classRows(result: RunResult) {
  for (const split of SPLITS) {
    for (const [class_index, { precision, recall, f1, support }] of result[split].classes.entries()) {
      yield { run_id: result.runId, split, class_index, precision, recall, f1, support };
    }
  }
}

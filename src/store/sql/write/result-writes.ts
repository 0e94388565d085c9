import type { RunResult } from '../../../sweep.js';
import { fromUint16 } from '../../content/blobs.js';
import { scoreDrawRows } from '../../content/draw-rows.js';
import { resultRows } from '../../content/result-rows.js';
import { type Connection, queries } from '../connection.js';
import { insertWithChecksums } from '../integrity/checksums.js';
import { recordLogits } from '../integrity/kept-logits.js';
import { recordColumnImportance } from './column-importance.js';
import { insertExpectedCosts } from './expected-costs.js';

/** Writes a result's rows, unless the run already has a result, which would be the same. */
export function insertResult(connection: Connection, result: RunResult): void {
  const run_id = result.runId;
  const known = queries.selectFrom('results').select('run_id').where('run_id', '=', run_id);
  if (connection.first(known) !== undefined) return;
  const rows = resultRows(result);
  insertWithChecksums(connection, 'results', rows.results);
  insertWithChecksums(connection, 'epochs', rows.epochs);
  insertWithChecksums(connection, 'split_metrics', rows.split_metrics);
  insertWithChecksums(connection, 'class_metrics', rows.class_metrics);
  insertWithChecksums(connection, 'confusions', rows.confusions);
  insertWithChecksums(connection, 'predictions', rows.predictions);
  insertExpectedCosts(connection, result);
  if (result.columnImportance !== undefined) {
    recordColumnImportance(connection, run_id, result.columnImportance);
  }
  insertWithChecksums(connection, 'score_draws', scoreDrawRows(result));
  if (result.validationLogits === undefined) return;
  const test = result.testLogits === undefined ? null : fromUint16(result.testLogits);
  recordLogits(connection, { run_id, validation: fromUint16(result.validationLogits), test });
}

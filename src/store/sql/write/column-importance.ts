import type { ColumnImportance } from '../../../sweep.js';
import { importanceRows } from '../../content/importance-rows.js';
import { type Connection, queries } from '../connection.js';
import { insertWithChecksums } from '../integrity/checksums.js';

/** Writes what columns mean to the model of a finished run, in place of what was known. */
export function recordColumnImportance(
  connection: Connection,
  runId: string,
  columns: readonly ColumnImportance[],
): void {
  const finished = queries.selectFrom('results').select('run_id').where('run_id', '=', runId);
  if (connection.first(finished) === undefined) throw new Error(`the run ${runId} has no result`);
  forgetColumnImportance(connection, runId);
  insertWithChecksums(connection, 'column_importance', importanceRows(runId, columns));
}

/** Removes what columns mean to a run, with its checksum. */
export function forgetColumnImportance(connection: Connection, runId: string): void {
  connection.execute(queries.deleteFrom('column_importance').where('run_id', '=', runId));
  const sums = queries.deleteFrom('checksums').where('part', '=', 'column_importance');
  connection.execute(sums.where('owner', '=', runId));
}

import type { EpochRecord } from '../../../sweep.js';
import { epochRow } from '../../content/result-rows.js';
import { type Connection, listed, queries } from '../file/connection.js';

/** Keeps epochs of a run that trains; one that another process has finished meanwhile needs none. */
export function insertLiveEpochs(
  connection: Connection,
  runId: string,
  epochs: readonly EpochRecord[],
): void {
  const result = queries.selectFrom('results').select('run_id').where('run_id', '=', runId);
  if (connection.first(result) !== undefined) return;
  connection.insertAll(
    'live_epochs',
    epochs.map((record) => epochRow(runId, record)),
  );
}

/** Takes the live epochs of finished runs out: their results have them all. */
export function deleteLiveEpochs(connection: Connection, runIds: readonly string[]): void {
  connection.execute(queries.deleteFrom('live_epochs').where('run_id', 'in', listed(runIds)));
}

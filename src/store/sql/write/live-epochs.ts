import type { EpochRecord } from '../../../sweep.js';
import { type Connection, listed, queries } from '../connection.js';
import { liveEpochRow } from '../integrity/epoch-checksums.js';

/** Stores epochs of a run in training, unless another process has finished the run meanwhile. */
export function insertLiveEpochs(
  connection: Connection,
  runId: string,
  epochs: readonly EpochRecord[],
): void {
  const result = queries.selectFrom('results').select('run_id').where('run_id', '=', runId);
  if (connection.first(result) !== undefined) return;
  connection.insertAll(
    'live_epochs',
    epochs.map((record) => liveEpochRow(runId, record)),
  );
}

/** Deletes the live epochs of runs: of finished ones, since their results have them all, or of damaged ones. */
export function deleteLiveEpochs(connection: Connection, runIds: readonly string[]): void {
  connection.execute(queries.deleteFrom('live_epochs').where('run_id', 'in', listed(runIds)));
}

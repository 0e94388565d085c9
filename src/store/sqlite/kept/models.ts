import { packedModel, unpackedModel } from '../../content/kept-model.js';
import { type Connection, queries } from '../file/connection.js';
import { damagedError } from '../integrity/checksums.js';

/** Keeps the model of a finished run, in place of what was kept. */
export function recordModel(connection: Connection, run_id: string, model: Uint8Array): void {
  const finished = queries.selectFrom('results').select('run_id').where('run_id', '=', run_id);
  if (connection.first(finished) === undefined) throw new Error(`the run ${run_id} has no result`);
  forgetModel(connection, run_id);
  connection.insertAll('models', [{ run_id, file: packedModel(model) }]);
}

/** Removes the model of a run. */
export function forgetModel(connection: Connection, runId: string): void {
  connection.execute(queries.deleteFrom('models').where('run_id', '=', runId));
}

/** The model of a run as the bytes of a model file; null if it is not kept. */
export function readModel(connection: Connection, runId: string): Uint8Array | null {
  const row = connection.first(queries.selectFrom('models').select('file').where('run_id', '=', runId));
  if (row === undefined) return null;
  try {
    return unpackedModel(row.file);
  } catch {
    throw damagedError(connection.path, `the model of run ${runId}`);
  }
}

import { sql } from 'kysely';
import { UserError } from '../../../errors.js';
import { decodeRunFile, isRunFile, RUN_FILE_BYTE } from '../../../model/file/handed-file.js';
import { decodeModel } from '../../../model/file/model-file.js';
import { GZIP, packedModel, unpackedModel } from '../../content/kept/kept-model.js';
import { damagedKept } from '../../refusals.js';
import { type Connection, queries } from '../connection.js';
import { byDialect } from '../dialect.js';
import { rowsOf, runsIn } from '../sweeps/owned-tables.js';

/** Keeps the model of a finished run, in place of what was kept; `packModels` may make it smaller later. */
export function recordModel(connection: Connection, run_id: string, file: Uint8Array): void {
  const finished = queries.selectFrom('results').select('run_id').where('run_id', '=', run_id);
  if (connection.first(finished) === undefined) throw new Error(`the run ${run_id} has no result`);
  forgetModel(connection, run_id);
  connection.insertAll('models', [{ run_id, file }]);
}

/** Compresses the models of a sweep for which that is worth it; files that programs handed over are as small as they get. In the middle of a sweep it would be lost on most of them. */
export function packModels(connection: Connection, sweep: string): void {
  const first = byDialect<string>({
    sqlite: sql`lower(hex(substr(file, 1, 1)))`,
    postgres: sql`encode(substr(file, 1, 1), 'hex')`,
  });
  const unpacked = sql<{ run_id: string }>`select run_id from models natural join sweep_runs
    where sweep = ${sweep} and ${first} not in (${hexOf(GZIP)}, ${hexOf(RUN_FILE_BYTE)})`;
  for (const { run_id } of rowsOf(connection, unpacked)) {
    const file = readModel(connection, run_id);
    const packed = file && packedModel(file);
    if (packed !== null && packed !== file) recordModel(connection, run_id, packed);
  }
}

const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Removes the model of a run. */
export function forgetModel(connection: Connection, runId: string): void {
  connection.execute(queries.deleteFrom('models').where('run_id', '=', runId));
}

/** The runs with a damaged model, or those among some. */
export function runsWithDamagedModels(connection: Connection, among?: readonly string[]): readonly string[] {
  return runsIn(connection, 'models', among).filter((runId) => !isWholeModel(connection, runId));
}

/** Reads one at a time: they may be large. */
function isWholeModel(connection: Connection, runId: string): boolean {
  try {
    const file = readModel(connection, runId);
    if (file === null) return false;
    const member = isRunFile(file) ? decodeRunFile(file) : decodeModel(file).members[0];
    return member?.runId === runId;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** The model of a run as the bytes of a model file, or the file that its program handed over; null if it is not kept. */
export function readModel(connection: Connection, runId: string): Uint8Array | null {
  const row = connection.first(queries.selectFrom('models').select('file').where('run_id', '=', runId));
  if (row === undefined) return null;
  try {
    return unpackedModel(row.file);
  } catch {
    throw damagedKept(connection.path, 'model', runId);
  }
}

import { logText, packedLog } from '../../content/kept/kept-log.js';
import { damagedKept } from '../../refusals.js';
import { type Connection, queries } from '../connection.js';
import { runsIn } from '../sweeps/owned-tables.js';

/** Keeps what the program of a run printed, in place of what was kept. */
export function recordLog(connection: Connection, run_id: string, log: Uint8Array): void {
  forgetLog(connection, run_id);
  connection.insertAll('run_logs', [{ run_id, log: packedLog(log) }]);
}

/** Removes the log of a run. */
export function forgetLog(connection: Connection, runId: string): void {
  connection.execute(queries.deleteFrom('run_logs').where('run_id', '=', runId));
}

/** The end of what the program of a run printed; null for a run without. Throws UserError for a damaged one. */
export function readLog(connection: Connection, runId: string): string | null {
  const text = textOf(connection, runId);
  if (text === DAMAGED) throw damagedKept(connection.path, 'log', runId);
  return text;
}

/** The runs with a damaged log, or those among some. */
export function runsWithDamagedLogs(connection: Connection, among?: readonly string[]): readonly string[] {
  return runsIn(connection, 'run_logs', among).filter((runId) => textOf(connection, runId) === DAMAGED);
}

const DAMAGED = Symbol('a damaged log');

/** A log is compressed by gzip, which has a checksum of its own. */
function textOf(connection: Connection, runId: string): string | null | typeof DAMAGED {
  const row = connection.first(queries.selectFrom('run_logs').select('log').where('run_id', '=', runId));
  if (row === undefined) return null;
  try {
    return logText(row.log);
  } catch {
    return DAMAGED;
  }
}

import type { EpochRecord } from '../../../sweep.js';
import { isEmptyCell } from '../../content/later-columns.js';
import { epochRow } from '../../content/result-rows.js';
import { type Connection, queries } from '../connection.js';
import type { EpochsTable, Tables } from '../schema.js';
import { damagedError } from './checksums.js';
import { crcOfRow } from './row-crc.js';

type LiveEpochRow = Tables['live_epochs'];

/**
 * Epochs of runs without a result come one at a time, over several attempts, so each has a checksum of its own. A cell without a value
 * does not count, so that columns may be added.
 */
function crcOfEpoch(row: EpochsTable): number {
  const cells = Object.entries(row).filter(([name, value]) => name !== 'crc' && !isEmptyCell(value));
  return crcOfRow(cells.flat(), 0);
}

/** The row of an epoch of a run without a result. */
export function liveEpochRow(runId: string, epoch: EpochRecord): LiveEpochRow {
  const row = epochRow(runId, epoch);
  return { ...row, crc: crcOfEpoch(row) };
}

/** Throws UserError if an epoch does not match its checksum. */
export function verifyEpochs(connection: Connection, rows: readonly LiveEpochRow[]): void {
  const damaged = rows.find((row) => !isWhole(row));
  if (damaged !== undefined) throw damagedError(connection.path, describe(damaged.run_id));
}

const isWhole = (row: LiveEpochRow): boolean => row.crc === crcOfEpoch(row);
const describe = (runId: string): string => `an epoch of run ${runId}, which has no result,`;

/** Writes the checksums of the epochs that a database of an older schema has. */
export function writeEpochChecksums(connection: Connection): void {
  for (const row of liveEpochs(connection)) {
    connection.execute(
      queries
        .updateTable('live_epochs')
        .set({ crc: crcOfEpoch(row) })
        .where('run_id', '=', row.run_id)
        .where('epoch', '=', row.epoch),
    );
  }
}

/** The runs with an epoch that does not match its checksum. */
export function runsWithDamagedEpochs(connection: Connection): readonly string[] {
  const damaged = liveEpochs(connection).filter((row) => !isWhole(row));
  return [...new Set(damaged.map(({ run_id }) => run_id))];
}

function liveEpochs(connection: Connection): readonly LiveEpochRow[] {
  return connection.all(queries.selectFrom('live_epochs').selectAll());
}

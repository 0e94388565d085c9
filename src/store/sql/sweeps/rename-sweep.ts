import { sql } from 'kysely';
import { nameTaken } from '../../refusals.js';
import type { SweepRenaming } from '../../store.js';
import { type Connection, queries } from '../connection.js';
import { retireToken, type SilentHolder } from '../hold/holders.js';
import { forgetChecksums, rewriteChecksums, verify } from '../integrity/checksums.js';
import { requireSweep } from '../read/sweep-reads.js';
import { requireNobodyTrains } from './delete-sweep.js';
import { deleteRows, run, TABLES_OF_SWEEPS } from './owned-tables.js';

/** Gives a sweep another name. To be called in a transaction. Throws UserError if it is damaged, which new checksums would hide. */
export function renameSweep(
  connection: Connection,
  { sweep, to, specText }: SweepRenaming,
  silent?: SilentHolder,
): void {
  requireSweep(connection, sweep);
  const known = queries.selectFrom('sweeps').select('sweep').where('sweep', '=', to);
  if (connection.first(known) !== undefined) throw nameTaken(connection.path, to);
  requireNobodyTrains(connection, sweep, silent);
  const costs = queries.selectFrom('expected_costs').select('run_id').distinct().where('sweep', '=', sweep);
  const runs = connection.all(costs).map(({ run_id }) => run_id);
  verify(connection, 'sweep', [sweep]);
  verify(connection, 'run_id', runs, COSTS);
  const row = connection.first(queries.selectFrom('sweeps').selectAll().where('sweep', '=', sweep));
  if (row === undefined) throw new Error(`the sweep ${sweep} is missing`);
  retireToken(connection, sweep);
  connection.insertAll('sweeps', [{ ...row, sweep: to, spec_text: specText ?? row.spec_text }]);
  for (const table of TABLES_OF_SWEEPS) {
    run(connection, sql`update ${sql.table(table)} set sweep = ${to} where sweep = ${sweep}`);
  }
  deleteRows(connection, 'sweeps', 'sweep', [sweep]);
  forgetChecksums(connection, 'sweep', [sweep]);
  rewriteChecksums(connection, 'sweep', [to], ['sweeps', ...TABLES_OF_SWEEPS]);
  rewriteChecksums(connection, 'run_id', runs, COSTS);
}

const COSTS = ['expected_costs'];

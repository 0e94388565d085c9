import { sql } from 'kysely';
import { type Connection, queries } from '../../../sql/connection.js';
import { damagedOwners, rewriteChecksums } from '../../../sql/integrity/checksums.js';

/** The reason for the correction, for people. */
const CORRECTION =
  'macro_f1 counted classes without rows as 0 when it was recorded, and was corrected to the mean of the others';

/**
 * Up to schema 4, a class without rows in a split counted as F1 = 0 in its macro-F1. The same factor was missing in every epoch, so
 * the chosen epochs are right: results stay, their macro-F1 is corrected, and the run is marked. Damaged results are
 * not changed, so that `check` finds them.
 */
export function correctMacroF1(connection: Connection): void {
  const concerned = connection.all(
    queries.selectFrom('class_metrics').select('run_id').distinct().where('support', '=', 0),
  );
  const ids = concerned.map(({ run_id }) => run_id);
  const damaged = damagedOwners(connection, 'run_id', ids);
  const runs = ids.filter((id) => !damaged.has(id));
  for (const run of runs) correctRun(connection, run);
  rewriteChecksums(connection, 'run_id', runs, ['split_metrics', 'epochs']);
  connection.insertAll(
    'corrections',
    runs.map((run_id) => ({ run_id, correction: CORRECTION })),
  );
}

function correctRun(connection: Connection, run: string): void {
  const classes = connection.all(
    queries
      .selectFrom('class_metrics')
      .select(['split', 'f1', 'support'])
      .where('run_id', '=', run)
      .orderBy('class_index'),
  );
  for (const split of ['validation', 'test'] as const) {
    const own = classes.filter((row) => row.split === split);
    const measured = own.filter(({ support }) => support > 0);
    if (measured.length === 0 || measured.length === own.length) continue;
    const sum = measured.reduce((total, { f1 }) => total + (f1 ?? 0), 0);
    const macro_f1 = sum / measured.length;
    connection.execute(
      queries
        .updateTable('split_metrics')
        .set({ macro_f1 })
        .where('run_id', '=', run)
        .where('split', '=', split),
    );
    if (split === 'test') continue;
    const epochs = sql`update epochs set macro_f1 = macro_f1 * ${own.length} / ${measured.length} where run_id = ${run}`;
    connection.execute(epochs);
  }
}

import { canonicalJson } from '../../../../wording/canonical-json.js';
import { type Connection, queries } from '../../../sql/connection.js';
import { damagedOwners, rewriteChecksums } from '../../../sql/integrity/checksums.js';
import type { TrialsTable } from '../../../sql/schema.js';

/** A trial up to schema 5: a column per knob, lists and objects as JSON text. */
type OldTrial = Omit<TrialsTable, 'config'> & Readonly<Record<string, string | number | null>>;

/**
 * Reads the trials of a schema below 6, before its migration drops their table; returns a function that writes them back with
 * their knobs as JSON. If that schema has checksums (`isChecked`), they are rewritten, except those of damaged trials, so that
 * `check` finds them.
 */
export function takeTrials(connection: Connection, isChecked: boolean): (connection: Connection) => void {
  const trials = connection.all(queries.selectFrom('trials').selectAll()) as unknown as readonly OldTrial[];
  const ids = trials.map(({ trial_id }) => trial_id);
  const damaged = isChecked ? damagedOwners(connection, 'trial_id', ids) : new Set(ids);
  return (migrated) => {
    const rows = trials.map(({ trial_id, dataset, metric, goal, engine, ...knobs }) => {
      const values = Object.entries(knobs).map(([name, cell]) => [name, parsed(cell)]);
      const config = canonicalJson(Object.fromEntries(values));
      return { trial_id, dataset, metric, goal, engine, config };
    });
    migrated.insertAll('trials', rows);
    rewriteChecksums(
      migrated,
      'trial_id',
      ids.filter((id) => !damaged.has(id)),
      ['trials'],
    );
  };
}

/** A cell's value; damaged JSON is kept as text. */
function parsed(cell: string | number | null): unknown {
  if (typeof cell !== 'string' || !/^[[{]/.test(cell)) return cell;
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

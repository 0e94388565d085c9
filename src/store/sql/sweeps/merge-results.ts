import { type Insertable, sql } from 'kysely';
import { areSameRows } from '../../content/same-rows.js';
import { damagedKept, mergeConflict } from '../../refusals.js';
import { type Connection, listed } from '../connection.js';
import { insertWithChecksums, rewriteChecksums } from '../integrity/checksums.js';
import { copyLogitsChecksums } from '../integrity/kept-logits.js';
import { KEPT_BESIDE } from '../kept/kept-beside.js';
import type { Tables } from '../schema.js';
import { deleteRows, type Merging, rowsOf, runsIn, TABLES_OF_RESULTS } from './owned-tables.js';

type TableName = keyof Tables;
type Row<Name extends TableName> = Insertable<Tables[Name]>;

/** Runs whose rows are in memory at a time. */
const CHUNK = 200;

/** Copies a dataset. Throws UserError if both databases have it, and not the same. */
export function mergeDataset(merging: Merging, dataset: string): void {
  const { target, source } = merging;
  for (const [table, key] of [
    ['datasets', 'dataset'],
    ['dataset_classes', 'dataset, class_index'],
  ] as const) {
    refuseDifference(merging, { table, owner: 'dataset', key, ids: [dataset] });
    insertWithChecksums(target, table, ownedRows(source, { table, owner: 'dataset', key, ids: [dataset] }));
  }
  const splits = { table: 'seed_splits', owner: 'dataset', key: 'dataset, seed', ids: [dataset] } as const;
  const ours = new Map(ownedRows(target, splits).map((row) => [row.seed, row]));
  const theirs = ownedRows(source, splits);
  for (const row of theirs) {
    const known = ours.get(row.seed);
    if (known !== undefined && !areSameRows('seed_splits', known, row)) {
      throw mergeConflict(target.path, merging.sweep, `the split of seed ${row.seed}`);
    }
  }
  if (theirs.length === 0) return;
  target.insertAll('seed_splits', theirs);
  rewriteChecksums(target, 'dataset', [dataset], ['seed_splits']);
}

/** Copies trials and runs without their results. */
export function mergeTrials(merging: Merging, trials: readonly string[], runs: readonly string[]): void {
  const { target, source } = merging;
  const lists = [
    { table: 'trials', owner: 'trial_id', key: 'trial_id', all: trials },
    { table: 'runs', owner: 'run_id', key: 'run_id', all: runs },
  ] as const;
  for (const { all, ...own } of lists) {
    for (const ids of chunks(all)) {
      refuseDifference(merging, { ...own, ids });
      insertWithChecksums(target, own.table, ownedRows(source, { ...own, ids }));
    }
  }
}

/** What a merge has made of runs. */
interface MergedRuns {
  /** Those that are finished now and were not before. */
  readonly finished: readonly string[];
  /** Whether some that were finished here, too, have got logits or models, which this database may have removed before. */
  readonly haveRegained: boolean;
}

/** Copies what runs have reached. */
export function mergeRuns(merging: Merging, runIds: readonly string[]): MergedRuns {
  const merged = chunks(runIds).map((ids) => mergeChunk(merging, ids));
  return {
    finished: merged.flatMap(({ finished }) => finished),
    haveRegained: merged.some(({ haveRegained }) => haveRegained),
  };
}

function mergeChunk(merging: Merging, ids: readonly string[]): MergedRuns {
  const { target, source } = merging;
  const ours = finishedOf(target, ids);
  const theirs = finishedOf(source, ids);
  const both = ids.filter((id) => ours.has(id) && theirs.has(id));
  const added = ids.filter((id) => !ours.has(id) && theirs.has(id));
  const open = ids.filter((id) => !ours.has(id) && !theirs.has(id));
  for (const [table, key] of TABLES_OF_RESULTS) {
    refuseDifference(merging, { table, owner: 'run_id', key, ids: both });
    insertWithChecksums(target, table, ownedRows(source, { table, owner: 'run_id', key, ids: added }));
  }
  for (const table of ['live_epochs', 'run_logs', 'run_states'] as const) {
    deleteRows(target, table, 'run_id', added);
  }
  for (const table of CHECKED_BESIDE_RESULTS) copyMissing(merging, table, [...both, ...added]);
  for (const table of ['run_logs', 'corrections'] as const) copyMissing(merging, table, [...both, ...added]);
  for (const table of ['logits', 'models'] as const) copyMissing(merging, table, added);
  const regained = (['logits', 'models'] as const).map((table) => copyMissing(merging, table, both));
  copyMissing(merging, 'run_states', added);
  mergeUnfinished(merging, open);
  return { finished: added, haveRegained: regained.some((rows) => rows > 0) };
}

/** Of a run that is finished nowhere, the database that has begun it says what happened; ours, if both have. */
function mergeUnfinished(merging: Merging, ids: readonly string[]): void {
  const { target, source } = merging;
  const begun = (connection: Connection) =>
    stateRows(connection, ids).filter(({ state }) => state !== 'waiting');
  const ours = new Set(begun(target).map(({ run_id }) => run_id));
  const theirs = begun(source).filter(({ run_id }) => !ours.has(run_id));
  const runs = theirs.map(({ run_id }) => run_id);
  deleteRows(target, 'run_states', 'run_id', runs);
  target.insertAll(
    'run_states',
    // Here, nobody trains it.
    theirs.map((row) => ({ ...row, state: row.state === 'running' ? 'interrupted' : row.state })),
  );
  for (const table of ['live_epochs', 'run_logs'] as const) copyMissing(merging, table, runs);
}

function stateRows(connection: Connection, ids: readonly string[]): readonly Row<'run_states'>[] {
  return ownedRows(connection, { table: 'run_states', owner: 'run_id', key: 'run_id', ids });
}

/** Tables with what else a result has, and with checksums of it. */
const CHECKED_BESIDE_RESULTS = ['column_importance', 'score_draws'] as const;

function isChecked(table: TableName): table is (typeof CHECKED_BESIDE_RESULTS)[number] {
  return (CHECKED_BESIDE_RESULTS as readonly TableName[]).includes(table);
}

/** Copies the rows of runs that have none in this table; returns their number. */
function copyMissing(
  { target, source }: Merging,
  table:
    | (typeof CHECKED_BESIDE_RESULTS)[number]
    | 'logits'
    | 'models'
    | 'run_logs'
    | 'corrections'
    | 'run_states'
    | 'live_epochs',
  ids: readonly string[],
): number {
  const key = {
    column_importance: 'run_id, column_index',
    score_draws: 'run_id, split, metric',
    live_epochs: 'run_id, epoch',
  };
  const own = { table, owner: 'run_id', key: key[table as keyof typeof key] ?? 'run_id' } as const;
  const known = new Set(runsIn(target, table, ids));
  const missing = ids.filter((id) => !known.has(id));
  refuseDamaged(source, table, missing);
  if (table === 'logits') copyLogitsChecksums({ target, source }, missing);
  const rows = ownedRows(source, { ...own, ids: missing });
  if (isChecked(table)) insertWithChecksums(target, table, rows as Row<typeof table>[]);
  else target.insertAll(table, rows);
  return rows.length;
}

/** What is kept as bytes is not copied where it is damaged: the whole one may be lost then. Throws UserError. */
function refuseDamaged(source: Connection, table: TableName, ids: readonly string[]): void {
  if (!Object.hasOwn(KEPT_BESIDE, table)) return;
  const { what, damaged } = KEPT_BESIDE[table as keyof typeof KEPT_BESIDE];
  const [first] = damaged(source, ids);
  if (first !== undefined) throw damagedKept(source.path, what, first);
}

/** Rows of a table that belong to some owners. */
interface Owned<Name extends TableName> {
  readonly table: Name;
  readonly owner: string;
  readonly key: string;
  readonly ids: readonly string[];
}

function ownedRows<Name extends TableName>(
  connection: Connection,
  { table, owner, key, ids }: Owned<Name>,
): readonly Row<Name>[] {
  if (ids.length === 0) return [];
  return rowsOf(
    connection,
    sql<Row<Name>>`select * from ${sql.table(table)} where ${sql.ref(owner)} in ${listed(ids)}
      order by ${sql.raw(key)}`,
  );
}

function finishedOf(connection: Connection, ids: readonly string[]): ReadonlySet<string> {
  return new Set(runsIn(connection, 'results', ids));
}

/** Throws UserError if both databases have rows of an owner, and not the same. */
function refuseDifference<Name extends TableName>(
  { target, source, sweep }: Merging,
  own: Owned<Name>,
): void {
  const byOwner = (connection: Connection) => {
    const groups = new Map<string, Readonly<Record<string, unknown>>[]>();
    for (const row of ownedRows(connection, own) as readonly Readonly<Record<string, unknown>>[]) {
      const id = String(row[own.owner]);
      const group = groups.get(id) ?? [];
      group.push(row);
      groups.set(id, group);
    }
    return groups;
  };
  const theirs = byOwner(source);
  for (const [id, rows] of byOwner(target)) {
    const others = theirs.get(id);
    if (others === undefined) continue;
    const isSame =
      rows.length === others.length && rows.every((row, at) => areSameRows(own.table, row, others[at] ?? {}));
    if (isSame) continue;
    throw mergeConflict(target.path, sweep, `the ${own.owner.replace('_id', '')} ${id} (${own.table})`);
  }
}

function chunks(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / CHUNK);
  return Array.from({ length: count }, (_, at) => ids.slice(at * CHUNK, (at + 1) * CHUNK));
}

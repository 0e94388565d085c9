import type BetterSqlite3 from 'better-sqlite3';
import { dbWords } from '../../../wording/db-words.js';
import { createViews } from '../../sql/views.js';
import { Database } from '../file/driver.js';
import { MIGRATIONS, SCHEMA_VERSION } from '../migrations/migrations.js';

/** A table, index, view or trigger of a database. */
interface Definition {
  readonly type: 'table' | 'index' | 'view' | 'trigger';
  readonly name: string;
  /** The table or view that an index or a trigger belongs to. */
  readonly owner: string;
  readonly sql: string;
}

/** Something in a database that makes its data doubtful, and how to fix it. */
export interface Objection {
  readonly what: string;
  readonly fix: string;
}

const RESTORE = 'Restore a backup of the database, or move it away and launch again.';

/** Tables from which rows are never deleted: a user's own table may refer to them. */
const NEVER_DELETED: ReadonlySet<string> = new Set([
  'datasets',
  'dataset_classes',
  'trials',
  'runs',
  'sweeps',
]);

/**
 * The first reason not to use the database: tables that differ from the schema of that number, or something foreign that can
 * change what is recorded or read. A user's own tables and views may stay.
 */
export function findObjection(
  database: BetterSqlite3.Database,
  { schema, path }: { readonly schema: number; readonly path: string },
): Objection | undefined {
  const found = definitionsOf(database);
  if (found.length === 0 && schema === 0) return undefined;
  const actual = schemaOfTables(found);
  if (actual !== undefined && actual !== schema) {
    return {
      what: `the database is marked as schema ${schema}, but it has the tables of schema ${actual}`,
      fix: `Set it back with sqlite3: PRAGMA user_version = ${actual}`,
    };
  }
  const changed = changedAmong(found, tablesOf(schema))[0];
  if (changed !== undefined) {
    return { what: `the ${changed.type} ${changed.name} differs from focalsweep's definition`, fix: RESTORE };
  }
  return strangerAmong(found, { schema, path }) ?? foreignReference(database);
}

/** Whether the views are those of this program. */
export function hasOurViews(database: BetterSqlite3.Database): boolean {
  const views = newest().filter(({ type }) => type === 'view');
  return changedAmong(definitionsOf(database), views).length === 0;
}

/** The newest schema whose tables and indexes are all there. */
function schemaOfTables(found: readonly Definition[]): number | undefined {
  for (let schema = SCHEMA_VERSION; schema > 0; schema--) {
    if (changedAmong(found, tablesOf(schema)).length === 0) return schema;
  }
  return undefined;
}

function changedAmong(found: readonly Definition[], expected: readonly Definition[]): readonly Definition[] {
  const byName = new Map(found.map((one) => [one.name, one]));
  return expected.filter(({ name, type, sql }) => {
    const one = byName.get(name);
    return one?.type !== type || one.sql !== sql;
  });
}

/** Foreign definitions that belong to one of our tables or have one of our names. For SQLite `Runs` and `runs` are the same name. */
function strangerAmong(
  found: readonly Definition[],
  { schema, path }: { readonly schema: number; readonly path: string },
): Objection | undefined {
  const own = new Set(tablesOf(schema).map(({ name }) => name));
  const types = new Map(newest().map(({ name, type }) => [name, type]));
  for (const { type, name, owner } of found) {
    if (own.has(name)) continue;
    if ((type === 'trigger' || type === 'index') && types.has(owner.toLowerCase())) {
      return {
        what: `the ${type} "${name}" on ${owner} is not focalsweep's`,
        fix: `Remove it (DROP ${type.toUpperCase()} "${name}"), then verify the results: focalsweep check${dbWords(path)}`,
      };
    }
    const ours = types.get(name.toLowerCase());
    if (ours !== undefined && !(ours === 'view' && type === 'view')) {
      return {
        what: `the ${type} ${name} has the name of focalsweep's ${ours}`,
        fix: `Give it another name, or remove it (DROP ${type.toUpperCase()} "${name}").`,
      };
    }
  }
  return undefined;
}

/** A table whose rows refer to ours can block or follow the deletion of ours. */
function foreignReference(database: BetterSqlite3.Database): Objection | undefined {
  const ours = new Set(newest().map(({ name }) => name));
  const references = database
    .prepare<[], { readonly name: string; readonly target: string }>(
      `SELECT one.name, reference."table" AS target
       FROM sqlite_schema AS one JOIN pragma_foreign_key_list(one.name) AS reference WHERE one.type = 'table'`,
    )
    .all();
  const bound = references.find(({ name, target }) => {
    const table = target.toLowerCase();
    return !ours.has(name) && ours.has(table) && !NEVER_DELETED.has(table);
  });
  if (bound === undefined) return undefined;
  return {
    what: `the table ${bound.name} refers to focalsweep's table ${bound.target}`,
    fix: `Create it without REFERENCES, or remove it (DROP TABLE "${bound.name}").`,
  };
}

const known = new Map<number, readonly Definition[]>();

/** Tables and indexes of a schema, as SQLite stores their definitions. */
function tablesOf(schema: number): readonly Definition[] {
  return definitionsOfSchema(schema).filter(({ type }) => type !== 'view');
}

/** Everything that this program creates. */
function newest(): readonly Definition[] {
  return definitionsOfSchema(SCHEMA_VERSION);
}

/** The views are always the newest; creating one does not need its tables. */
function definitionsOfSchema(schema: number): readonly Definition[] {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const database = new Database(':memory:');
  try {
    for (const statements of [...MIGRATIONS.slice(0, schema), createViews('sqlite')])
      database.exec(statements);
    const definitions = definitionsOf(database);
    known.set(schema, definitions);
    return definitions;
  } finally {
    database.close();
  }
}

/** Tables of SQLite's own are left out. */
function definitionsOf(database: BetterSqlite3.Database): readonly Definition[] {
  return database
    .prepare<[], Definition>(
      "SELECT type, name, tbl_name AS owner, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite@_%' ESCAPE '@'",
    )
    .all();
}

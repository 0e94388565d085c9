import type BetterSqlite3 from 'better-sqlite3';
import { MIGRATIONS } from './migrations/migrations.js';
import { Database } from './sqlite-driver.js';
import { CREATE_VIEWS } from './views.js';

/** A table, index or view of a database. */
interface Definition {
  readonly type: 'table' | 'index' | 'view';
  readonly name: string;
  readonly sql: string;
}

let current: readonly Definition[] | undefined;

/**
 * What is not defined as this program defines it. SQLite does not notice a flipped bit in the text of a definition, and a view
 * would give other figures.
 */
export function changedDefinitions(database: BetterSqlite3.Database): readonly Definition[] {
  current ??= freshDefinitions();
  const found = new Map(definitionsOf(database).map(({ name, sql }) => [name, sql]));
  return current.filter(({ name, sql }) => found.get(name) !== sql);
}

function freshDefinitions(): readonly Definition[] {
  const database = new Database(':memory:');
  try {
    for (const statements of [...MIGRATIONS, CREATE_VIEWS]) database.exec(statements);
    return definitionsOf(database);
  } finally {
    database.close();
  }
}

function definitionsOf(database: BetterSqlite3.Database): readonly Definition[] {
  return database
    .prepare<[], Definition>('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL')
    .all();
}

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';
import { EXIT, UserError } from '../errors.js';

const NODE_MAJOR = Number(process.versions.node.split('.')[0]);

/**
 * better-sqlite3 12 aborts in the garbage collector of Node 24.19 and later; 13, on Node-API with its binaries in the
 * package, needs Node 22. Each serves the Nodes that it runs on; they have the same interface.
 */
const PACKAGE = NODE_MAJOR >= 22 ? 'better-sqlite3-napi' : 'better-sqlite3';

/** SQLite for this Node. */
export const Database: typeof BetterSqlite3 = load();

function load(): typeof BetterSqlite3 {
  try {
    return createRequire(import.meta.url)(PACKAGE) as typeof BetterSqlite3;
  } catch (cause) {
    throw new UserError(`SQLite cannot be loaded: ${(cause as Error).message.split('\n')[0]}`, {
      where: PACKAGE,
      fix: 'Run `npm ci` again; without a ready binary for this platform it needs a C++ compiler, make and Python.',
      exitCode: EXIT.backendMissing,
      cause,
    });
  }
}

/** SQLite's name of what went wrong, '' where it was not SQLite. */
export function sqliteCode(error: unknown): string {
  return error instanceof Database.SqliteError ? error.code : '';
}

/**
 * Opens a file read-only. SQLite wants to make files beside one in WAL mode even then; where it may not, and nobody writes, the
 * file is read into memory.
 */
export function openReadOnly(path: string, options: BetterSqlite3.Options = {}): BetterSqlite3.Database {
  const database = new Database(path, { ...options, readonly: true, fileMustExist: true });
  try {
    database.pragma('schema_version');
    return database;
  } catch (error) {
    database.close();
    if (sqliteCode(error) !== 'SQLITE_READONLY_DIRECTORY') throw error;
    const bytes = readFileSync(path);
    if (['-wal', '-journal'].some((suffix) => existsSync(path + suffix))) throw error;
    // "Read by legacy programs too": without it, memory would need a log of its own.
    bytes[18] = 1;
    bytes[19] = 1;
    return new Database(bytes, { readonly: true });
  }
}

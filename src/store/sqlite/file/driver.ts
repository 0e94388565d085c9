import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';
import { EXIT, UserError } from '../../../errors.js';

const NODE_MAJOR = Number(process.versions.node.split('.')[0]);
const require = createRequire(import.meta.url);
const INSTALL = `npm install better-sqlite3@${NODE_MAJOR >= 22 ? '13' : '12.9.0'}`;
const REBUILD = 'npm rebuild better-sqlite3 --ignore-scripts=false';
const FOREIGN = `this version is not for Node ${process.version}`;
const NEEDS =
  NODE_MAJOR >= 22
    ? ''
    : ' If no prebuilt binary fits, that needs a C++ compiler, make and Python; Node 22 and later need none of them.';

const packageOf = () => require('better-sqlite3/package.json') as { readonly version: string };

/** Throws UserError (exit 3) if better-sqlite3 is missing, was installed for another Node, or has no binary. */
function load(): typeof BetterSqlite3 {
  let version = '';
  try {
    version = packageOf().version;
    if (!runsHere(version)) throw new Error(FOREIGN);
    const driver = require('better-sqlite3') as typeof BetterSqlite3;
    // The binary is loaded with the first database.
    new driver(':memory:').close();
    return driver;
  } catch (cause) {
    const repairable = version !== '' && runsHere(version) && NODE_MAJOR < 22;
    throw new UserError(`SQLite cannot be loaded: ${reasonOf(version, cause as Error)}`, {
      where: `better-sqlite3 ${version}`.trim(),
      fix: `Run \`${repairable ? REBUILD : INSTALL}\` where focalsweep is installed.${NEEDS}`,
      exitCode: EXIT.backendMissing,
      cause,
    });
  }
}

/**
 * better-sqlite3 12 aborts in the garbage collector of Node 24.19 and later; 13, on Node-API with its binaries in the package,
 * needs Node 22. They have the same interface. npm installs the newest version that supports its Node.
 */
function runsHere(version: string): boolean {
  return Number.parseInt(version, 10) >= 13 ? NODE_MAJOR >= 22 : NODE_MAJOR < 24;
}

function reasonOf(version: string, { message }: Error): string {
  if (version === '') return 'it is not installed';
  if (/bindings file/.test(message)) return 'its binary is missing, because its install script did not run';
  if (/NODE_MODULE_VERSION/.test(message))
    return `its binary was made for another Node than ${process.version}`;
  return message.split('\n')[0] ?? '';
}

/** SQLite for this Node. */
export const Database: typeof BetterSqlite3 = load();

/** The versions in use: `better-sqlite3 13.2.0, SQLite 3.53.0`. */
export function sqliteVersion(): string {
  const { version } = packageOf();
  const memory = new Database(':memory:');
  const sqlite = memory.prepare('select sqlite_version()').pluck().get();
  memory.close();
  return `better-sqlite3 ${version}, SQLite ${sqlite}`;
}

/** SQLite's code of an error; '' for other errors. */
export function sqliteCode(error: unknown): string {
  return error instanceof Database.SqliteError ? error.code : '';
}

/**
 * Opens a file read-only. In WAL mode SQLite creates files beside it even then; if it has no permission and nobody writes, the
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
    // Marks the file as readable by legacy programs; otherwise a database in memory would need a log.
    bytes[18] = 1;
    bytes[19] = 1;
    return new Database(bytes, { readonly: true });
  }
}

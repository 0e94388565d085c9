import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { EXIT, UserError } from '../errors.js';
import { writeAllChecksums } from './checksums.js';
import { type Connection, connect } from './connection.js';
import { explainDatabaseError } from './database-errors.js';
import { changedDefinitions } from './definitions.js';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/migrations.js';
import { Database, openReadOnly, sqliteCode } from './sqlite-driver.js';
import { CREATE_VIEWS } from './views.js';

/** Marks the file as focalsweep's: "FSWP". */
const APPLICATION_ID = 0x46535750;
const BUSY_TIMEOUT_MS = 10_000;
const FIRST_SCHEMA_WITH_CHECKSUMS = 2;

/** Opens the database for writing; makes the folder, the file and its tables where they are missing, and brings older ones up to date. */
export function openForWriting(path: string): Connection {
  makeFolder(dirname(path));
  refuseNetworkFolder(dirname(path));
  const open = () => new Database(path, { timeout: BUSY_TIMEOUT_MS });
  return opening(path, open, (database) => {
    checkOwner(database, path);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    if (!isCurrent(database)) database.transaction(migrate).immediate(database, path);
    requireDefinitions(database, path);
  });
}

/** Opens the database read-only. Throws UserError when there is none. */
export function openForReading(path: string): Connection {
  if (!existsSync(path)) {
    throw new UserError('there is no database here', {
      where: path,
      fix: 'Launch a sweep first (`focalsweep launch <spec>`), or name another database with --db.',
      exitCode: EXIT.database,
    });
  }
  const open = () => openReadOnly(path, { timeout: BUSY_TIMEOUT_MS });
  const read = () =>
    opening(path, open, (database) => {
      checkOwner(database, path);
      if (!isCurrent(database)) openForWriting(path).close();
      requireDefinitions(database, path);
    });
  try {
    return read();
  } catch (error) {
    if (sqliteCode((error as Error).cause) !== 'SQLITE_READONLY_ROLLBACK') throw error;
    // What a killed process left half written only a writer rolls back.
    openForWriting(path).close();
    return read();
  }
}

function opening(
  path: string,
  open: () => BetterSqlite3.Database,
  setUp: (database: BetterSqlite3.Database) => void,
): Connection {
  let database: BetterSqlite3.Database | undefined;
  try {
    database = open();
    setUp(database);
    return connect(database, path);
  } catch (error) {
    database?.close();
    throw explainDatabaseError(error, path);
  }
}

function makeFolder(folder: string): void {
  try {
    makeMissingFolders(folder);
  } catch (cause) {
    throw new UserError('the folder of the database cannot be made', {
      where: folder,
      fix: 'Check its permissions, or name another database with --db.',
      exitCode: EXIT.database,
      cause,
    });
  }
}

/** Not `recursive`: that goes round for ever where a folder cannot be, as in /proc. */
function makeMissingFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeMissingFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Linux's numbers of file systems that several machines may share: SQLite's log needs memory that all its users share. */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x0bd00bd0, 'Lustre'],
]);

function refuseNetworkFolder(folder: string): void {
  const name = NETWORK_FILE_SYSTEMS.get(statfsSync(folder).type);
  if (process.platform !== 'linux' || name === undefined) return;
  throw new UserError(`the database would lie on a network file system (${name}), where SQLite loses data`, {
    where: folder,
    fix: 'Name a place on a local disk with --db, and copy the file when the sweep is done.',
    exitCode: EXIT.database,
  });
}

const schemaOf = (database: BetterSqlite3.Database) =>
  Number(database.pragma('user_version', { simple: true }));

/** Refuses files of other programs and of newer versions of this one. An empty one is taken: it may be what a launch left that was killed early. */
function checkOwner(database: BetterSqlite3.Database, path: string): void {
  const isOurs = database.pragma('application_id', { simple: true }) === APPLICATION_ID;
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (!isOurs && !isEmpty) {
    throw new UserError('the file is no focalsweep database', {
      where: path,
      fix: 'Name another database with --db.',
      exitCode: EXIT.database,
    });
  }
  if (isOurs && schemaOf(database) > SCHEMA_VERSION) {
    throw new UserError(
      `the database has schema ${schemaOf(database)}, written by a newer focalsweep; this one knows schemas up to ${SCHEMA_VERSION}`,
      { where: path, fix: 'Update focalsweep.', exitCode: EXIT.database },
    );
  }
}

/** Views hold no data: one that is not as this program defines it is made again. */
function isCurrent(database: BetterSqlite3.Database): boolean {
  return (
    schemaOf(database) >= SCHEMA_VERSION && changedDefinitions(database).every(({ type }) => type !== 'view')
  );
}

function requireDefinitions(database: BetterSqlite3.Database, path: string): void {
  const [changed] = changedDefinitions(database);
  if (changed === undefined) return;
  throw new UserError(
    `the database is damaged: the ${changed.type} ${changed.name} is not as it was defined`,
    {
      where: path,
      fix: 'Restore a copy of it, or move it away and launch again.',
      exitCode: EXIT.database,
    },
  );
}

/** Runs the missing migrations; another process may have been quicker, so the version is read again under the lock. */
function migrate(database: BetterSqlite3.Database, path: string): void {
  const before = schemaOf(database);
  if (isCurrent(database)) return;
  for (const statements of MIGRATIONS.slice(before)) database.exec(statements);
  database.exec(CREATE_VIEWS);
  database.pragma(`application_id = ${APPLICATION_ID}`);
  database.pragma(`user_version = ${SCHEMA_VERSION}`);
  if (before > 0 && before < FIRST_SCHEMA_WITH_CHECKSUMS) writeAllChecksums(connect(database, path));
}

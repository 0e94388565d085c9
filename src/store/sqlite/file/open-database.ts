import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { EXIT, UserError } from '../../../errors.js';
import { dbWords } from '../../../wording/db-words.js';
import type { Connection } from '../../sql/connection.js';
import { writeAllChecksums } from '../../sql/integrity/checksums.js';
import { writeEpochChecksums } from '../../sql/integrity/epoch-checksums.js';
import { createViews } from '../../sql/views.js';
import { renewAllExpectedCosts } from '../../sql/write/expected-costs.js';
import { findObjection, hasOurViews } from '../integrity/definitions.js';
import { MIGRATIONS, SCHEMA_VERSION } from '../migrations/migrations.js';
import { correctMacroF1 } from '../migrations/rows/correct-macro-f1.js';
import { takeTrials } from '../migrations/rows/move-configurations.js';
import { keepChecksums } from '../migrations/second/008-probabilities.js';
import { connect } from './connection.js';
import { explainDatabaseError } from './database-errors.js';
import { hasDatabase, makeFolderOf, requireOrdinaryFile, watchFile } from './database-file.js';
import { Database, openReadOnly, sqliteCode } from './driver.js';
import { lockWaiting, QUIET_WAIT_MS } from './lock-waiting.js';

/** Marks the file as focalsweep's: "FSWP". */
const APPLICATION_ID = 0x46535750;
const BUSY_TIMEOUT_MS = 10_000;
const FIRST_SCHEMA_WITH_CHECKSUMS = 2;
/** From this schema on, macro-F1 is the mean over the classes that have rows. */
const FIRST_SCHEMA_OF_MEASURED_CLASSES = 5;
const FIRST_SCHEMA_OF_CONFIGURATIONS = 6;
const FIRST_SCHEMA_OF_PROBABILITIES = 8;
const FIRST_SCHEMA_OF_EXPECTED_COSTS = 11;
const FIRST_SCHEMA_OF_EPOCH_CHECKSUMS = 16;

/** Opens the database for writing; creates the folder, the file and its tables if missing, and migrates older schemas. */
export function openForWriting(path: string, onNote: (text: string) => void = () => {}): Connection {
  requireOrdinaryFile(path);
  makeFolderOf(path);
  const open = () => new Database(path, { timeout: QUIET_WAIT_MS });
  const waiting = lockWaiting(onNote);
  return opening(path, open, (database) => {
    waiting(() => {
      checkOwner(database, path);
      refuseObjections(database, path);
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      // A migration may replace a table that others refer to.
      database.pragma('foreign_keys = OFF');
      if (!isCurrent(database)) database.transaction(migrate).immediate(database, path);
      database.pragma('foreign_keys = ON');
    });
    const requireSameFile = watchFile(path);
    const requireSameDefinitions = watchDefinitions(database, path);
    return connect(database, path, { waiting, requireSameFile, requireSameDefinitions });
  });
}

/** Opens the database read-only. Throws UserError when there is none. */
export function openForReading(path: string): Connection {
  requireDatabase(path);
  const open = () => openReadOnly(path, { timeout: BUSY_TIMEOUT_MS });
  const read = () =>
    opening(path, open, (database) => {
      checkOwner(database, path);
      refuseObjections(database, path);
      if (!isCurrent(database)) openForWriting(path).close();
      return connect(database, path);
    });
  try {
    return read();
  } catch (error) {
    if (sqliteCode((error as Error).cause) !== 'SQLITE_READONLY_ROLLBACK') throw error;
    // Only a writer rolls back what a killed process left half written.
    openForWriting(path).close();
    return read();
  }
}

/** Opens a database read-only and leaves it as it is: of an older one, a copy is brought up to date. */
export function openUnchanged(path: string): Connection {
  requireDatabase(path);
  const open = () => openReadOnly(path, { timeout: BUSY_TIMEOUT_MS });
  return opening(path, open, (database) => {
    checkOwner(database, path);
    refuseObjections(database, path);
    if (isCurrent(database)) return connect(database, path);
    const folder = mkdtempSync(join(tmpdir(), 'focalsweep-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    try {
      const copy = join(folder, 'copy.db');
      database.prepare('VACUUM INTO ?').run(copy);
      openForWriting(copy).close();
      const connection = connect(openReadOnly(copy), path);
      database.close();
      return {
        ...connection,
        close: () => {
          connection.close();
          remove();
        },
      };
    } catch (error) {
      remove();
      throw error;
    }
  });
}

function requireDatabase(path: string): void {
  if (hasDatabase(path)) return;
  throw new UserError('there is no database here', {
    where: path,
    fix: `Launch a sweep first (\`focalsweep launch <spec>${dbWords(path)}\`), or name another database with --db.`,
    exitCode: EXIT.database,
  });
}

function opening(
  path: string,
  open: () => BetterSqlite3.Database,
  setUp: (database: BetterSqlite3.Database) => Connection,
): Connection {
  let database: BetterSqlite3.Database | undefined;
  try {
    database = open();
    return setUp(database);
  } catch (error) {
    const explained = explainDatabaseError(error, path);
    database?.close();
    throw explained;
  }
}

const schemaOf = (database: BetterSqlite3.Database) =>
  Number(database.pragma('user_version', { simple: true }));

/** Refuses files of other programs and of newer versions of this one. Accepts an empty file, which an early kill may have left. */
function checkOwner(database: BetterSqlite3.Database, path: string): void {
  const isOurs = database.pragma('application_id', { simple: true }) === APPLICATION_ID;
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (!isOurs && !isEmpty) {
    throw new UserError('the file is not a focalsweep database', {
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

/** Views hold no data, so those that differ from this program's are created again. */
function isCurrent(database: BetterSqlite3.Database): boolean {
  return schemaOf(database) >= SCHEMA_VERSION && hasOurViews(database);
}

/** Throws UserError if the tables are not ours, or if they have triggers, indexes or references that are not. */
function refuseObjections(database: BetterSqlite3.Database, path: string): void {
  const find = () => findObjection(database, { schema: schemaOf(database), path });
  const objection = database.transaction(find).deferred();
  if (objection === undefined) return;
  throw new UserError(objection.what, { where: path, fix: objection.fix, exitCode: EXIT.database });
}

/** Returns a function that checks the definitions again if somebody has changed any. */
function watchDefinitions(database: BetterSqlite3.Database, path: string): () => void {
  const changes = () => database.pragma('schema_version', { simple: true });
  let seen = changes();
  return () => {
    const now = changes();
    if (now === seen) return;
    refuseObjections(database, path);
    seen = now;
  };
}

/** Runs the missing migrations. Another process may have been faster, so everything is read again under the lock. */
function migrate(database: BetterSqlite3.Database, path: string): void {
  refuseObjections(database, path);
  const before = schemaOf(database);
  if (isCurrent(database)) return;
  const isChecked = before >= FIRST_SCHEMA_WITH_CHECKSUMS;
  const hasOldTrials = before > 0 && before < FIRST_SCHEMA_OF_CONFIGURATIONS;
  const putBack = hasOldTrials ? takeTrials(connect(database, path), isChecked) : () => {};
  const isNarrow = isChecked && before < FIRST_SCHEMA_OF_PROBABILITIES;
  const writeChecksums = isNarrow ? keepChecksums(connect(database, path)) : () => {};
  for (const statements of MIGRATIONS.slice(before)) database.exec(statements);
  database.exec(createViews('sqlite'));
  database.pragma(`application_id = ${APPLICATION_ID}`);
  database.pragma(`user_version = ${SCHEMA_VERSION}`);
  if (before === 0) return;
  const connection = connect(database, path);
  putBack(connection);
  writeChecksums(connection);
  if (!isChecked) writeAllChecksums(connection);
  if (before < FIRST_SCHEMA_OF_MEASURED_CLASSES) correctMacroF1(connection);
  if (before < FIRST_SCHEMA_OF_EXPECTED_COSTS) renewAllExpectedCosts(connection);
  if (before < FIRST_SCHEMA_OF_EPOCH_CHECKSUMS) writeEpochChecksums(connection);
}

import { existsSync, mkdirSync, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EXIT, UserError } from '../../../errors.js';

const ANOTHER_FILE = 'Name a file on a local disk with --db.';

/** Whether there is a database at this path. Throws UserError if there cannot be one. */
export function hasDatabase(path: string): boolean {
  requireOrdinaryFile(path);
  return existsSync(path);
}

/** Throws UserError unless the path names an ordinary file or nothing yet: elsewhere, SQLite loses data or hangs. */
export function requireOrdinaryFile(path: string): void {
  // SQLite's names for a database in memory, and better-sqlite3 trims names.
  if (['', ':memory:'].includes(path.trim())) {
    throw new UserError('a database in memory would be lost when the command ends', {
      where: `--db "${path}"`,
      fix: ANOTHER_FILE,
      exitCode: EXIT.database,
    });
  }
  const kind = kindOf(path);
  if (kind === undefined || kind.isFile()) return;
  throw new UserError(`this is ${nameOf(kind)}, but a database must be an ordinary file`, {
    where: path,
    fix: ANOTHER_FILE,
    exitCode: EXIT.database,
  });
}

/** What is at the path; undefined if there is nothing, or no permission to look, which opening it will report. */
function kindOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function nameOf(kind: Stats): string {
  if (kind.isDirectory()) return 'a folder';
  if (kind.isFIFO()) return 'a pipe';
  return kind.isSocket() ? 'a socket' : 'a device';
}

/** Creates the folder of a database. Throws UserError if that is not possible, or if the folder is no place for a database. */
export function makeFolderOf(path: string): void {
  const folder = dirname(path);
  try {
    makeMissingFolders(folder);
  } catch (cause) {
    throw new UserError('the folder of the database cannot be created', {
      where: folder,
      fix: 'Check its permissions, or name another database with --db.',
      exitCode: EXIT.database,
      cause,
    });
  }
  refuseNetworkFolder(folder);
}

/** Not `recursive`: that never ends where no folder can be created, as in /proc. */
function makeMissingFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeMissingFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Linux's numbers of network file systems: SQLite's log needs memory that all its users share, so one machine. */
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
  throw new UserError(
    `the database would be on a network file system (${name}), where SQLite can lose data`,
    {
      where: folder,
      fix: 'Name a place on a local disk with --db, and copy the file when the sweep is done.',
      exitCode: EXIT.database,
    },
  );
}

/**
 * Returns a function that throws UserError if the database or its log is no longer the file that was opened: SQLite would
 * continue to write to a file that nobody can find.
 */
export function watchFile(path: string): () => void {
  const files = [resolve(path), `${resolve(path)}-wal`];
  const opened = files.map(identityOf);
  return () => {
    for (const [at, file] of files.entries()) {
      const now = identityOf(file);
      // The log is created on first use.
      opened[at] ??= now;
      if (now !== opened[at])
        throw movedError(path, file.endsWith('-wal') ? 'its log (-wal)' : 'the database');
    }
  };
}

/** The identity of the file with this name; undefined if there is none. */
export function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

function movedError(path: string, what: string): UserError {
  return new UserError(`${what} was moved, replaced or deleted while it was in use`, {
    where: path,
    fix: 'Put the file back and launch again. It has the results recorded before; later ones are trained again.',
    exitCode: EXIT.database,
  });
}

import { closeSync, openSync } from 'node:fs';
import { EXIT, tooFewFileHandles, UserError } from '../../../errors.js';
import { Database } from './driver.js';

/** SQLite's result codes, explained: what happened, and how to fix it. */
const EXPLANATIONS: readonly (readonly [codes: RegExp, what: string, fix: string])[] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    'the database is locked by another program',
    'Close the other program, or wait for it, and try again: finished runs are kept.',
  ],
  [/^SQLITE_FULL/, 'the disk is full', 'Free some space and launch again: finished runs are kept.'],
  [/^SQLITE_NOMEM/, 'there is too little memory for the database', 'Close other programs and try again.'],
  [/^SQLITE_CORRUPT/, 'the database is damaged', 'Restore a backup, or move it away and launch again.'],
  [/^SQLITE_NOTADB/, 'the file is not an SQLite database', 'Name a focalsweep database with --db.'],
  [
    /^SQLITE_READONLY/,
    'there is no permission to write the database',
    'Check the permissions of the file and its folder.',
  ],
  [
    /^SQLITE_(CANTOPEN|PERM|AUTH)/,
    'the database cannot be opened',
    'Check the permissions of the file and its folder.',
  ],
  [/^SQLITE_(IOERR|PROTOCOL)/, 'the database cannot be read or written', 'Check the disk that holds it.'],
];

/** The UserError for an error of SQLite about this file; other errors are bugs and are returned unchanged. */
export function explainDatabaseError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const explanation = EXPLANATIONS.find(([codes]) => codes.test(error.code));
  if (explanation === undefined) return error;
  const scarcity = /^SQLITE_(CANTOPEN|IOERR)/.test(error.code) ? fileHandlesUsedUp() : undefined;
  if (scarcity !== undefined) return scarcity;
  const [, what, fix] = explanation;
  return new UserError(what, { where: path, fix, exitCode: EXIT.database, cause: error });
}

/** SQLite reports a missing permission and too many open files alike. */
function fileHandlesUsedUp(): UserError | undefined {
  try {
    closeSync(openSync(process.execPath, 'r'));
    return undefined;
  } catch (error) {
    return tooFewFileHandles(error);
  }
}

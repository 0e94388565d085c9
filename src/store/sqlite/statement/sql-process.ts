/** Runs one statement on a read-only connection, in a process of its own: SQLite can only be stopped from outside. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../../../errors.js';
import type { CellValue, Rows } from '../../store.js';
import { explainDatabaseError } from '../file/database-errors.js';
import { openReadOnly } from '../file/driver.js';

export interface SqlRequest {
  readonly path: string;
  readonly statement: string;
  readonly mostRows: number;
  /** Memory limit of all rows together. */
  readonly mostBytes: number;
  /** Memory limit of this process, SQLite included; beyond it the process is ended. */
  readonly mostProcessBytes: number;
}

/** The answer: rows, or the mistake in the statement or in the database. */
export type SqlReply =
  | { readonly type: 'rows'; readonly rows: Rows }
  | { readonly type: 'statement' | 'database'; readonly what: string; readonly fix: string };

const ONLY_READING: SqlReply = {
  type: 'statement',
  what: 'the statement is not read-only',
  fix: 'Give one SELECT; to change data, open a copy of the database with sqlite3.',
};

function answer({ path, statement, mostRows, mostBytes }: SqlRequest): SqlReply {
  const database = openReadOnly(path);
  try {
    const prepared = database.prepare(statement).safeIntegers();
    if (!prepared.reader || !prepared.readonly) return ONLY_READING;
    const rows: CellValue[][] = [];
    let bytes = 0;
    for (const row of prepared.raw().iterate() as IterableIterator<unknown[]>) {
      if (rows.length === mostRows) {
        return {
          type: 'statement',
          what: `the statement returns more than ${mostRows} rows`,
          fix: 'Add a LIMIT.',
        };
      }
      bytes += bytesOf(row);
      if (bytes > mostBytes) {
        return {
          type: 'statement',
          what: `the rows of the statement take more than ${Math.round(mostBytes / 2 ** 20)} MB`,
          fix: 'Select less, or add a LIMIT; --format csv and json allow more than a table.',
        };
      }
      rows.push(row.map(cell));
    }
    return { type: 'rows', rows: { columns: prepared.columns().map(({ name }) => name), rows } };
  } finally {
    database.close();
  }
}

/** The approximate memory of a row; bytes become twice as many digits. */
function bytesOf(row: readonly unknown[]): number {
  let bytes = 32;
  for (const value of row) {
    bytes += 16;
    if (typeof value === 'string') bytes += value.length;
    else if (Buffer.isBuffer(value)) bytes += 2 * value.length;
  }
  return bytes;
}

/** A single value can take a gigabyte inside SQLite, and only another thread can notice that. */
function endAbove(mostProcessBytes: number): void {
  const look = `
    const { workerData } = require('node:worker_threads');
    setInterval(() => {
      if (process.memoryUsage.rss() > workerData) process.kill(process.pid, 'SIGKILL');
    }, 10);`;
  new Worker(look, { eval: true, workerData: mostProcessBytes }).unref();
}

/** Whole numbers beyond 2⁵³ and bytes become text. */
function cell(value: unknown): CellValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Buffer.isBuffer(value)) return `x'${value.toString('hex')}'`;
  return value as CellValue;
}

/** better-sqlite3 throws a RangeError unless there is one statement; other errors are SQLite's, about the statement or the file. */
function mistakeOf(error: unknown, path: string): SqlReply {
  const explained = explainDatabaseError(error, path);
  if (explained instanceof UserError) {
    return { type: 'database', what: explained.message, fix: explained.fix ?? '' };
  }
  const what = error instanceof RangeError ? 'there must be exactly one statement' : (error as Error).message;
  return {
    type: 'statement',
    what,
    fix: 'Give one SELECT on the views leaderboard, runs_wide and class_recall, or on the tables.',
  };
}

process.once('message', (request: SqlRequest) => {
  let reply: SqlReply;
  try {
    endAbove(request.mostProcessBytes);
    reply = answer(request);
  } catch (error) {
    reply = mistakeOf(error, request.path);
  }
  process.send?.(reply, () => process.disconnect());
});

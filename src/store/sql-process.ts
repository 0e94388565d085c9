/** Runs one statement on a read-only connection, in a process of its own: SQLite can only be stopped from outside. */
import { UserError } from '../errors.js';
import { explainDatabaseError } from './database-errors.js';
import { openReadOnly } from './sqlite-driver.js';
import type { CellValue, Rows } from './store.js';

export interface SqlRequest {
  readonly path: string;
  readonly statement: string;
  readonly mostRows: number;
}

/** What comes back: rows, or what is wrong with the statement or with the database. */
export type SqlReply =
  | { readonly type: 'rows'; readonly rows: Rows }
  | { readonly type: 'statement' | 'database'; readonly what: string; readonly fix: string };

const ONLY_READING: SqlReply = {
  type: 'statement',
  what: 'the statement does more than read',
  fix: 'Give one SELECT; to change things, open a copy of the database with sqlite3.',
};

function answer({ path, statement, mostRows }: SqlRequest): SqlReply {
  const database = openReadOnly(path);
  try {
    const prepared = database.prepare(statement).safeIntegers();
    if (!prepared.reader || !prepared.readonly) return ONLY_READING;
    const rows: CellValue[][] = [];
    for (const row of prepared.raw().iterate() as IterableIterator<unknown[]>) {
      if (rows.length === mostRows) {
        return {
          type: 'statement',
          what: `the statement gives more than ${mostRows} rows`,
          fix: 'Add a LIMIT.',
        };
      }
      rows.push(row.map(cell));
    }
    return { type: 'rows', rows: { columns: prepared.columns().map(({ name }) => name), rows } };
  } finally {
    database.close();
  }
}

/** Whole numbers beyond 2⁵³ and bytes come as text. */
function cell(value: unknown): CellValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Buffer.isBuffer(value)) return `x'${value.toString('hex')}'`;
  return value as CellValue;
}

/** better-sqlite3 has a RangeError for none or several statements; the rest is SQLite's word on the statement or on the file. */
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
    reply = answer(request);
  } catch (error) {
    reply = mistakeOf(error, request.path);
  }
  process.send?.(reply, () => process.disconnect());
});

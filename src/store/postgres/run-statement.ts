import { UserError } from '../../errors.js';
import type { ServerAddress } from '../server-address.js';
import type { StatementLimits } from '../sql/connection.js';
import type { CellValue, Rows } from '../store.js';
import { type Server, serverAt } from './server/ask-server.js';
import { explainServerError, ServerError } from './server/server-errors.js';

const MOST_ROWS = 1_000_000;
const MOST_BYTES = 64 * 2 ** 20;
const FETCHED = 500;
const OPTION = '--sql';

/** Runs one reading statement of a user on a connection of its own, in a read-only transaction. */
export async function runStatement(
  address: ServerAddress,
  text: string,
  limits: StatementLimits,
): Promise<Rows> {
  const server = serverAt(address);
  try {
    server.connect();
    server.ask({ text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' });
    server.ask({
      text: `SELECT set_config('statement_timeout', $1, true)`,
      parameters: [String(Math.ceil(limits.timeLimitMs))],
    });
    return rowsOf(server, text, limits);
  } catch (error) {
    throw mistakeOf(error, address, limits);
  } finally {
    server.end();
  }
}

function rowsOf(
  server: Server,
  text: string,
  { mostBytes = MOST_BYTES, timeLimitMs }: StatementLimits,
): Rows {
  // A cursor reads: PostgreSQL makes none of a statement that writes, or of several.
  server.ask({ text: `DECLARE statement NO SCROLL CURSOR FOR ${text.replace(/;\s*$/, '')}`, parameters: [] });
  const deadline = performance.now() + timeLimitMs;
  const rows: CellValue[][] = [];
  let bytes = 0;
  for (;;) {
    const fetched = server.ask({ text: `FETCH ${FETCHED} FROM statement` });
    for (const row of fetched.rows) {
      bytes += bytesOf(row);
      rows.push(row.map(cellOf));
    }
    if (bytes > mostBytes) throw tooMuch(mostBytes);
    if (rows.length > MOST_ROWS) {
      throw new UserError(`the statement returns more than ${MOST_ROWS} rows`, {
        where: OPTION,
        fix: 'Add a LIMIT.',
      });
    }
    if (fetched.rows.length < FETCHED) return { columns: fetched.columns, rows };
    if (performance.now() > deadline) throw tooSlow(timeLimitMs);
  }
}

/** The approximate memory of a row; bytes become twice as many digits. */
function bytesOf(row: readonly unknown[]): number {
  const sizes = row.map((value) => {
    if (typeof value === 'string') return 16 + value.length;
    return value instanceof Uint8Array ? 16 + 2 * value.length : 16;
  });
  return sizes.reduce((sum, size) => sum + size, 32);
}

/** Bytes become text. */
function cellOf(value: unknown): CellValue {
  return value instanceof Uint8Array ? `x'${Buffer.from(value).toString('hex')}'` : (value as CellValue);
}

function tooMuch(mostBytes: number): UserError {
  return new UserError(`the rows of the statement take more than ${Math.round(mostBytes / 2 ** 20)} MB`, {
    where: OPTION,
    fix: 'Select less, or add a LIMIT; --format csv and json allow more than a table.',
  });
}

function tooSlow(timeLimitMs: number): UserError {
  return new UserError(`the statement took longer than ${timeLimitMs / 1000} s and was stopped`, {
    where: OPTION,
    fix: 'Select less, or allow more time with --timeout.',
  });
}

function mistakeOf(error: unknown, address: ServerAddress, { timeLimitMs }: StatementLimits): unknown {
  if (!(error instanceof ServerError)) return error;
  if (error.code === '57014') return tooSlow(timeLimitMs);
  // Of the statement: its syntax, its names, its values, or that it would write.
  if (/^(42(?!501)|22|25006|0A|21|34)/.test(error.code)) {
    return new UserError(whatIsWrong(error), {
      where: OPTION,
      fix: 'Give one SELECT on the views leaderboard, runs_wide and class_recall, or on the tables.',
    });
  }
  return explainServerError(error, address.shown);
}

/** A cursor can be made of one statement that reads, and in its transaction no function may write. */
function whatIsWrong({ code, message }: ServerError): string {
  if (code === '25006' || WRITES.test(message)) return 'the statement is not read-only';
  return /multiple commands/.test(message) ? 'there must be exactly one statement' : message;
}

const WRITES =
  /at or near "(insert|update|delete|merge|drop|alter|create|truncate|grant|revoke|copy|set|vacuum|do|call|commit|rollback)"|must not contain data-modifying/i;

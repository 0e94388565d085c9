import { sql } from 'kysely';
import { describeHolder, heldByAnother, neverLaunched, takenOver } from '../../refusals.js';
import type { Holder } from '../../store.js';
import { type Connection, queries } from '../connection.js';
import { byDialect } from '../dialect.js';
import type { HoldersTable } from '../schema.js';
import { fateOf, ownIdentity } from './process-identity.js';

/**
 * How long a holder that cannot be seen from here is watched before its sweep is taken over: longer than it may wait for
 * another program's lock. Its late writes are then refused because of its old token.
 */
export const STALE_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 250;

/** The last sign of life of a holder that gave no new one while it was watched. */
export type SilentHolder = Pick<HoldersTable, 'token' | 'alive_at_ms'>;

/**
 * Watches a holder that cannot be seen from here. Call it outside of a transaction, which would block the holder's signs of
 * life. Signs are counted, not compared with this machine's clock. Returns undefined if there is no such holder or it is alive.
 */
export function watchHolder(
  connection: Connection,
  sweep: string,
  onNote: (text: string) => void,
): SilentHolder | undefined {
  const first = holderRow(connection, sweep);
  if (first === undefined || fateOfHolder(connection, first) !== 'unseen') return undefined;
  onNote(
    `${describeHolder(holderOf(first))} was the last to train "${sweep}" and cannot be seen from here; watching for ${STALE_AFTER_MS / 1000} s whether it still trains`,
  );
  const deadline = performance.now() + STALE_AFTER_MS;
  while (performance.now() < deadline) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
    const now = holderRow(connection, sweep);
    if (now?.token !== first.token || now.alive_at_ms !== first.alive_at_ms || now.pid === null)
      return undefined;
  }
  return first;
}

/** Takes the sweep for this process and returns the fencing token. Throws UserError while another process may train it. */
export function takeHold(connection: Connection, sweep: string, silent?: SilentHolder): number {
  requireFree(connection, sweep, silent);
  const token = (holderRow(connection, sweep)?.token ?? retiredToken(connection)) + 1;
  const { host, pid, processStart } = ownIdentity();
  const now = connection.now();
  const hold = {
    token,
    host,
    pid,
    process_start: processStart,
    since_ms: now,
    alive_at_ms: now,
    stop_requested: 0,
  };
  connection.execute(
    queries
      .insertInto('holders')
      .values({ sweep, ...hold })
      .onConflict((key) => key.column('sweep').doUpdateSet(hold)),
  );
  return token;
}

/** Throws UserError while another process may train the sweep. */
export function requireFree(connection: Connection, sweep: string, silent?: SilentHolder): void {
  const row = holderRow(connection, sweep);
  const isSilent = row?.token === silent?.token && row?.alive_at_ms === silent?.alive_at_ms;
  const fate = row === undefined ? 'gone' : fateOfHolder(connection, row);
  if (row !== undefined && (fate === 'living' || (fate === 'unseen' && !isSilent))) {
    throw heldByAnother(connection.path, sweep, holderOf(row));
  }
}

/**
 * Keeps the token of a name that a sweep loses from coming again: a process that slept meanwhile could take a new sweep of that
 * name for its own. The database's own count of claims, which never falls, remembers it.
 */
export function retireToken(connection: Connection, sweep: string): void {
  const token = holderRow(connection, sweep)?.token;
  if (token === undefined) return;
  const counted = Math.max(token, retiredToken(connection));
  connection.execute(
    byDialect({
      sqlite: sql`delete from sqlite_sequence where name = 'claims'`,
      postgres: sql`select setval('claims_token_seq', ${counted}::bigint)`,
    }),
  );
  connection.execute(
    byDialect({
      sqlite: sql`insert into sqlite_sequence (name, seq) values ('claims', ${counted})`,
      postgres: sql`select 1`,
    }),
  );
}

function retiredToken(connection: Connection): number {
  const count = byDialect<{ seq: number }>({
    sqlite: sql`select seq from sqlite_sequence where name = 'claims'`,
    postgres: sql`select last_value as seq from claims_token_seq where is_called`,
  });
  return connection.first(count)?.seq ?? 0;
}

/** The token of the sweep's last holder, for a writer that joins it. Throws UserError if there has never been one. */
export function holdToken(connection: Connection, sweep: string): number {
  const row = holderRow(connection, sweep);
  if (row !== undefined) return row.token;
  throw neverLaunched(connection.path, sweep);
}

/** Throws UserError if the sweep has been taken over since. */
export function requireHold(connection: Connection, sweep: string, token: number): HoldersTable {
  const row = holderRow(connection, sweep);
  if (row?.token === token) return row;
  throw takenOver(connection.path, sweep, row && holderOf(row));
}

/** Whether the token is still valid for the sweep. */
export function holds(connection: Connection, sweep: string, token: number): boolean {
  return holderRow(connection, sweep)?.token === token;
}

/** Gives a sign of life. */
export function renewHold(connection: Connection, sweep: string, token: number): void {
  connection.execute(
    queries
      .updateTable('holders')
      .set({ alive_at_ms: connection.now() })
      .where('sweep', '=', sweep)
      .where('token', '=', token),
  );
}

/** Releases the sweep; does nothing if it was taken over. */
export function releaseHold(connection: Connection, sweep: string, token: number): void {
  connection.execute(
    queries
      .updateTable('holders')
      .set({ pid: null, stop_requested: 0 })
      .where('sweep', '=', sweep)
      .where('token', '=', token),
  );
}

/** The process that trains the sweep, unless it certainly no longer exists. */
export function readHolder(connection: Connection, sweep: string): Holder | undefined {
  const row = holderRow(connection, sweep);
  return row === undefined || fateOfHolder(connection, row) === 'gone' ? undefined : holderOf(row);
}

/** Asks the holder to stop; it checks several times a second. */
export function requestStop(connection: Connection, sweep: string): void {
  connection.execute(queries.updateTable('holders').set({ stop_requested: 1 }).where('sweep', '=', sweep));
}

function holderRow(connection: Connection, sweep: string): HoldersTable | undefined {
  return connection.first(queries.selectFrom('holders').selectAll().where('sweep', '=', sweep));
}

function fateOfHolder(connection: Connection, row: HoldersTable): ReturnType<typeof fateOf> {
  const { host, pid, process_start: processStart } = row;
  return pid === null ? 'gone' : fateOf({ host, pid, processStart }, connection.machines);
}

function holderOf({ pid, host, since_ms }: HoldersTable): Holder | undefined {
  return pid === null ? undefined : { pid, host, sinceMs: since_ms };
}

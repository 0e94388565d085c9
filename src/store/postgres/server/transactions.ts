import type { Server } from './ask-server.js';
import { isLost, isPassing, ServerError } from './server-errors.js';
import type { Statement } from './server-thread.js';

/** How long a server that was lost may stay away. */
const LONGEST_WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 250;
/** How long another program may hold the lock. */
const LONGEST_LOCK_MS = 30_000;
/** A process that sleeps, or is cut off, in a transaction keeps others from writing no longer than this; they wait longer for its lock. */
const LONGEST_PAUSE_MS = 10_000;
/** How often a transaction is run again that others kept from its end. */
const MOST_TRIES = 5;

/** Who else may write while a transaction does, or that it only reads. */
type Mode = 'alone' | 'together' | 'reading';

/** What is read after the lock is what the transactions before it left. */
const BEGIN_WRITING = 'BEGIN ISOLATION LEVEL READ COMMITTED';
const BEGIN_READING = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
const LOCKS = { alone: 'pg_advisory_xact_lock', together: 'pg_advisory_xact_lock_shared' };
/** Grows when a standby takes over. */
const TIMELINE = 'left(pg_walfile_name(pg_current_wal_lsn()), 8)';
const CLOCK = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** What a transaction that writes is told with its lock. */
interface Begun extends Transaction {
  readonly atMs: number;
}

/** A transaction, and what it was begun on: a standby that took over may have given its id to another one. */
interface Transaction {
  readonly id: string;
  readonly timeline: string;
}

/**
 * Transactions on a server. Those that write alone take turns, as on a file: each takes one lock of the schema first, which those that
 * write together share. If the server is lost, they connect again for a minute, and run again what was not committed.
 */
export function transactionsOf(server: Server, schema: string, onNote: (text: string) => void) {
  let isOpen = false;
  let begun: Begun | undefined;
  let patienceMs = LONGEST_WAIT_MS;
  const reconnect = (lost: unknown): void => {
    const deadline = performance.now() + patienceMs;
    for (let told = false; ; told = true) {
      try {
        server.connect();
        patienceMs = LONGEST_WAIT_MS;
        return;
      } catch (error) {
        if (!isLost(error)) throw error;
        if (performance.now() >= deadline) {
          // The next call tries once.
          patienceMs = 0;
          throw lost;
        }
        if (!told) onNote('the server is gone; waiting up to 60 s for it');
        pause();
      }
    }
  };
  /** A statement outside of a transaction is one of its own. */
  const asking = <T>(ask: () => T): T => {
    if (isOpen) return ask();
    // A server that shuts down may take a new connection for a moment.
    for (let tries = 1; ; tries++) {
      try {
        return ask();
      } catch (error) {
        if (!isLost(error) || tries >= MOST_TRIES) throw error;
        reconnect(error);
      }
    }
  };
  const begin = (mode: Mode): void => {
    begun = undefined;
    server.later({ text: mode === 'reading' ? BEGIN_READING : BEGIN_WRITING });
    if (mode === 'reading') return;
    server.later(lockOf(schema, mode), ({ rows: [row] }) => {
      begun = { id: String(row?.[2]), timeline: String(row?.[3]), atMs: Number(row?.[4]) };
    });
  };
  /** It must be known before its end, which may not be heard of. */
  const known = (mode: Mode): Transaction | undefined => {
    if (mode !== 'reading' && begun === undefined) server.ask({ text: 'SELECT 1' });
    return begun;
  };
  const commit = (mode: Mode): void => {
    if (mode !== 'reading') {
      server.ask({ text: 'COMMIT' });
      return;
    }
    server.later({ text: 'COMMIT' });
    server.flush();
  };
  const within = <T>(mode: Mode, work: () => T): T => {
    if (isOpen) return work();
    for (let tries = 1; ; tries++) {
      let done: { readonly result: T; readonly transaction: Transaction | undefined } | undefined;
      isOpen = true;
      try {
        begin(mode);
        done = { result: work(), transaction: known(mode) };
        commit(mode);
        return done.result;
      } catch (error) {
        isOpen = false;
        const mayRepeat = tries < MOST_TRIES && (isLost(error) || isPassing(error));
        if (!mayRepeat) {
          rollBack(server);
          throw error;
        }
        if (isPassing(error)) rollBack(server);
        else reconnect(error);
        const transaction = done?.transaction;
        if (done !== undefined && asking(() => hasCommitted(server, transaction))) return done.result;
      } finally {
        isOpen = false;
        begun = undefined;
      }
    }
  };
  return {
    asking,
    within,
    /** Runs a statement whose rows nobody needs; in a transaction it waits for the next question. */
    doing: (statement: Statement): void => {
      if (isOpen) server.later(statement);
      else asking(() => server.ask(statement));
    },
    /** Milliseconds since 1970 by the server's clock; in a transaction that writes when it got its lock. */
    now: (): number =>
      begun?.atMs ?? asking(() => Number(server.ask({ text: `SELECT ${CLOCK}` }).rows[0]?.[0])),
  };
}

/** Takes the lock of those who write; the server lets it go with the transaction, or with the process. */
function lockOf(schema: string, mode: 'alone' | 'together'): Statement {
  return {
    text: `SELECT set_config('lock_timeout', $2, true), ${LOCKS[mode]}(hashtextextended($1, 0)), pg_current_xact_id()::text, ${TIMELINE}, ${CLOCK},
      set_config('idle_in_transaction_session_timeout', $3, true)`,
    parameters: [`focalsweep ${schema}`, String(LONGEST_LOCK_MS), String(LONGEST_PAUSE_MS)],
  };
}

/** Whether a transaction was committed whose end was not heard of; false where a standby took over, since nobody can tell. */
function hasCommitted(server: Server, transaction: Transaction | undefined): boolean {
  if (transaction === undefined) return false;
  if (server.ask({ text: `SELECT ${TIMELINE}` }).rows[0]?.[0] !== transaction.timeline) return false;
  for (;;) {
    const question = { text: 'SELECT pg_xact_status($1::xid8)', parameters: [transaction.id] };
    const status = server.ask(question).rows[0]?.[0];
    if (status !== 'in progress') return status === 'committed';
    pause();
  }
}

function rollBack(server: Server): void {
  server.forget();
  try {
    server.ask({ text: 'ROLLBACK' });
  } catch (error) {
    // A connection that is lost has rolled back.
    if (!(error instanceof ServerError)) throw error;
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
}

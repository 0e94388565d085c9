import type { Server } from './ask-server.js';
import { isLost, isPassing, ServerError } from './server-errors.js';

/** How long a server that was lost may stay away. */
const LONGEST_WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 250;
/** How long another program may hold the lock. */
const LONGEST_LOCK_MS = 30_000;
/** How often a transaction is run again that others kept from its end. */
const MOST_TRIES = 5;

const BEGIN = {
  /** What is read after the lock is what the transactions before it left. */
  writing: 'BEGIN ISOLATION LEVEL READ COMMITTED',
  reading: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
};

/**
 * Transactions on a server. Those that write take turns, as on a file: each takes one lock of the schema first. If the server is lost, they
 * connect again for a minute, and run again what was not committed.
 */
export function transactionsOf(server: Server, schema: string, onNote: (text: string) => void) {
  let isOpen = false;
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
  const within = <T>(mode: keyof typeof BEGIN, work: () => T): T => {
    if (isOpen) return work();
    for (let tries = 1; ; tries++) {
      let done: { readonly result: T; readonly transaction: string | null } | undefined;
      isOpen = true;
      try {
        server.ask({ text: BEGIN[mode] });
        if (mode === 'writing') lockSchema(server, schema);
        done = { result: work(), transaction: mode === 'writing' ? transactionOf(server) : null };
        server.ask({ text: 'COMMIT' });
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
        const transaction = done?.transaction ?? null;
        if (done !== undefined && asking(() => hasCommitted(server, transaction))) return done.result;
      } finally {
        isOpen = false;
      }
    }
  };
  return { asking, within };
}

/** Takes the lock of those who write; the server lets it go with the transaction, or with the process. */
function lockSchema(server: Server, schema: string): void {
  server.ask({
    text: `SELECT set_config('lock_timeout', $2, true), pg_advisory_xact_lock(hashtextextended($1, 0))`,
    parameters: [`focalsweep ${schema}`, String(LONGEST_LOCK_MS)],
  });
}

/** The id of the transaction; null if it has changed nothing. */
function transactionOf(server: Server): string | null {
  const [row] = server.ask({ text: 'SELECT pg_current_xact_id_if_assigned()::text' }).rows;
  return (row?.[0] as string | undefined) ?? null;
}

/** Whether a transaction was committed whose end was not heard of. */
function hasCommitted(server: Server, transaction: string | null): boolean {
  if (transaction === null) return false;
  for (;;) {
    const question = { text: 'SELECT pg_xact_status($1::xid8)', parameters: [transaction] };
    const status = server.ask(question).rows[0]?.[0];
    if (status !== 'in progress') return status === 'committed';
    pause();
  }
}

function rollBack(server: Server): void {
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

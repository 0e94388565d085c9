import { Socket } from 'node:net';
import pg from 'pg';
import { cellParser } from './cells.js';

/** A connection to a server. A network that fails tells nobody, so what stays without an answer is asked about on a second one. */
export interface Line {
  readonly client: pg.Client;
  /** The answer, however long the server works on it; an error with the code ECONNRESET once the server no longer does. */
  heard<T>(answer: Promise<T>): Promise<T>;
  /** Says goodbye if it can be heard. */
  end(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** After so long without an answer the server is asked whether it works on one. */
const SILENCE_MS = 15_000;
const GOODBYE_MS = 1_000;
/** The server gives up a process that does not take its answers for so long. */
const UNTAKEN_MS = 60_000;

export async function openLine(url: string, schema: string): Promise<Line> {
  const { client, socket } = await connected(url);
  const { rows } = await within(
    CONNECT_TIMEOUT_MS,
    client.query<{ session: string }>(
      `SELECT set_config('search_path', quote_ident($1), false), set_config('client_min_messages', 'warning', false),
        set_config('tcp_user_timeout', $2, false),
        (SELECT pid || ' ' || backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS session`,
      [schema, String(UNTAKEN_MS)],
    ),
    socket,
  );
  const session = rows[0]?.session;
  return {
    client,
    async heard(answer) {
      while (!(await isSettledWithin(SILENCE_MS, answer))) {
        // It may have come while the server was asked.
        if (!(await isAtWork(url, session))) return await within(0, answer, socket);
      }
      return await answer;
    },
    async end() {
      await isSettledWithin(GOODBYE_MS, client.end());
      socket.destroy();
    },
  };
}

async function connected(url: string): Promise<{ readonly client: pg.Client; readonly socket: Socket }> {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    application_name: 'focalsweep',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    stream: () => socket,
    // Statements are sent without waiting for the answers to those before them.
    pipeline: true,
    types: { getTypeParser: (type: number) => cellParser(type) } as pg.CustomTypesConfig,
  });
  // A lost server shows in the next statement.
  client.on('error', () => {});
  await client.connect();
  return { client, socket };
}

const TOO_MANY_CONNECTIONS = '53300';

/** Whether a session of the server is running a statement; not if the server cannot be reached. */
async function isAtWork(url: string, session: string | undefined): Promise<boolean> {
  try {
    const { client, socket } = await connected(url);
    try {
      // What sessions do is not told where track_activities is off.
      const text = `SELECT 1 FROM pg_stat_activity WHERE state IN ('active', 'disabled') AND pid || ' ' || backend_start = $1`;
      const { rows } = await within(CONNECT_TIMEOUT_MS, client.query(text, [session]), socket);
      return rows.length > 0;
    } finally {
      socket.destroy();
    }
  } catch (error) {
    // It is there, but has no room for a question.
    return (error as { readonly code?: string }).code === TOO_MANY_CONNECTIONS;
  }
}

async function within<T>(ms: number, answer: Promise<T>, socket: Socket): Promise<T> {
  if (!(await isSettledWithin(ms, answer))) socket.destroy(lost());
  return await answer;
}

async function isSettledWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  return await Promise.race([settled, silence]).finally(() => clearTimeout(timer));
}

function lost(): Error {
  return Object.assign(new Error('the server does not answer'), { code: 'ECONNRESET' });
}

/**
 * Talks to a server in a thread of its own, while the thread that asks waits: what reads and writes sweeps runs on a file and on a
 * server, and a file answers at once.
 */
import { type MessagePort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { cellParser } from './cells.js';
import { PreparedNames } from './prepared-names.js';
import { CHANGED_TABLES, NO_PASSWORD, UNREADABLE_FILE } from './server-errors.js';

export interface Statement {
  readonly text: string;
  readonly parameters?: readonly unknown[];
}

/** Rows as arrays. */
export interface ServerRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Statements to run one after the other, with or without an answer, or what becomes of the connection. */
export type Question =
  | { readonly statements: readonly Statement[]; readonly isAwaited: boolean }
  | 'connect'
  | 'end';

/** What each statement gave, or what went wrong first. */
export type ServerAnswer =
  | readonly ServerRows[]
  | { readonly error: { readonly message: string; readonly code: string } };

export interface ThreadData {
  readonly url: string;
  readonly schema: string;
  readonly port: MessagePort;
  /** One int32: 1 when an answer is there. */
  readonly answered: SharedArrayBuffer;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A process that sleeps in a transaction keeps others from writing no longer than this. */
const LONGEST_PAUSE_MS = 60_000;
const { url, schema, port, answered } = workerData as ThreadData;
let client: pg.Client | undefined;
let names = new PreparedNames();

async function connect(): Promise<void> {
  await client?.end().catch(() => {});
  client = undefined;
  const next = new pg.Client({
    connectionString: url,
    application_name: 'focalsweep',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    // Statements are sent without waiting for the answers to those before them.
    pipeline: true,
    types: { getTypeParser: (type: number) => cellParser(type) } as pg.CustomTypesConfig,
  });
  // A lost server shows in the next statement.
  next.on('error', () => {});
  await next.connect();
  await next.query(
    `SELECT set_config('search_path', quote_ident($1), false), set_config('client_min_messages', 'warning', false),
      set_config('idle_in_transaction_session_timeout', $2, false)`,
    [schema, String(LONGEST_PAUSE_MS)],
  );
  client = next;
  names = new PreparedNames();
}

async function answer(question: Question): Promise<ServerAnswer> {
  if (question === 'connect') await connect();
  if (question === 'end') await client?.end();
  if (question === 'connect' || question === 'end') return [];
  const connected = client;
  if (connected === undefined) throw Object.assign(new Error('not connected'), { code: 'ECONNRESET' });
  const all = await Promise.allSettled(question.statements.map((statement) => rowsOf(connected, statement)));
  return all.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

async function rowsOf(connected: pg.Client, { text, parameters }: Statement): Promise<ServerRows> {
  const result = await connected.query({
    text,
    rowMode: 'array',
    // Only so is a text with parameters, or a user's, one statement and no more.
    ...(parameters !== undefined && {
      values: [...parameters],
      queryMode: 'extended',
      name: names.of(text),
    }),
  });
  // Several statements have several results, and these no rows.
  if (Array.isArray(result)) return { columns: [], rows: [] };
  return { columns: result.fields.map(({ name }) => name), rows: result.rows as unknown[][] };
}

/** A connection that breaks has no code, nor has a password that is missing. */
function codeOf(error: Error & { readonly code?: string; readonly syscall?: string }): string {
  if (error.syscall === 'open') return UNREADABLE_FILE;
  if (/password must be a/i.test(error.message)) return NO_PASSWORD;
  return error.code ?? (/terminated|timeout|not queryable|closed/i.test(error.message) ? 'ECONNRESET' : '');
}

function reply(message: ServerAnswer): void {
  port.postMessage(message);
  const signal = new Int32Array(answered);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

function failure(error: Error): ServerAnswer {
  const code = codeOf(error);
  if (code === CHANGED_TABLES) names.renew();
  return { error: { message: error.message, code } };
}

// A thread that ends without an answer would let the other wait for ever.
process.on('uncaughtException', (error) => reply(failure(error)));

port.on('message', (question: Question) => {
  answer(question)
    .catch(failure)
    .then((message) => {
      if (typeof question === 'string' || question.isAwaited) reply(message);
      if (question === 'end') port.close();
    });
});

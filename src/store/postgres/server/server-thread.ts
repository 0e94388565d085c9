/**
 * Talks to a server in a thread of its own, while the thread that asks waits: what reads and writes sweeps runs on a file and on a
 * server, and a file answers at once.
 */
import { type MessagePort, workerData } from 'node:worker_threads';
import type pg from 'pg';
import { type Line, openLine } from './line.js';
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

/** A question has a number, by which its answer is known. */
export interface NumberedQuestion {
  readonly number: number;
  readonly question: Question;
}

export interface NumberedAnswer {
  readonly number: number;
  readonly answer: ServerAnswer;
}

/** What each statement gave, or what went wrong first. */
export type ServerAnswer =
  | readonly ServerRows[]
  | { readonly error: { readonly message: string; readonly code: string } };

export interface ThreadData {
  readonly url: string;
  readonly schema: string;
  readonly port: MessagePort;
  /** One int32: how many answers were sent. */
  readonly answered: SharedArrayBuffer;
}

const { url, schema, port, answered } = workerData as ThreadData;
let line: Line | undefined;
let names = new PreparedNames();

async function connect(): Promise<void> {
  await line?.end();
  line = undefined;
  line = await openLine(url, schema);
  names = new PreparedNames();
}

async function answer(question: Question): Promise<ServerAnswer> {
  if (question === 'connect') await connect();
  if (question === 'end') await line?.end();
  if (question === 'connect' || question === 'end') return [];
  if (line === undefined) throw Object.assign(new Error('not connected'), { code: 'ECONNRESET' });
  const { client } = line;
  const answers = Promise.allSettled(question.statements.map((statement) => rowsOf(client, statement)));
  return (await line.heard(answers)).map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

async function rowsOf(client: pg.Client, { text, parameters }: Statement): Promise<ServerRows> {
  const result = await client.query({
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

function reply(message: NumberedAnswer): void {
  port.postMessage(message);
  const signal = new Int32Array(answered);
  Atomics.add(signal, 0, 1);
  Atomics.notify(signal, 0);
}

function failure(error: Error): ServerAnswer {
  const code = codeOf(error);
  if (code === CHANGED_TABLES) names.renew();
  return { error: { message: error.message, code } };
}

let last = 0;
// A thread that ends without an answer would let the other wait for ever.
process.on('uncaughtException', (error) => reply({ number: last, answer: failure(error) }));

port.on('message', ({ number, question }: NumberedQuestion) => {
  last = number;
  answer(question)
    .catch(failure)
    .then((answer) => {
      if (typeof question === 'string' || question.isAwaited) reply({ number, answer });
      if (question === 'end') port.close();
    });
});

import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ServerAddress } from '../../server-address.js';
import { sentValue } from './cells.js';
import { ServerError } from './server-errors.js';
import type { Question, ServerAnswer, Statement, ThreadData } from './server-thread.js';

/** Under a test runner this file is TypeScript, but the thread needs JavaScript. */
const PROGRAM = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts')
      ? '../../../../dist/store/postgres/server/server-thread.js'
      : './server-thread.js',
    import.meta.url,
  ),
);

/** The rows of an answer. */
export type ServerRows = Exclude<ServerAnswer, { readonly error: unknown }>;

/** Asks a server one question after the other; each call returns with the answer. Throws ServerError. */
export interface Server {
  connect(): void;
  ask(statement: Statement): ServerRows;
  end(): void;
}

/** Starts the thread that talks to the server. It does not keep the process alive. */
export function serverAt({ url, schema }: ServerAddress): Server {
  const answered = new SharedArrayBuffer(4);
  const signal = new Int32Array(answered);
  const { port1, port2 } = new MessageChannel();
  const data: ThreadData = { url, schema, port: port2, answered };
  const thread = new Worker(PROGRAM, { workerData: data, transferList: [port2], execArgv: [] });
  thread.unref();
  port1.unref();
  let isOver = false;
  const ask = (question: Question): ServerRows => {
    if (isOver) throw new Error('the connection is closed');
    Atomics.store(signal, 0, 0);
    port1.postMessage(question);
    Atomics.wait(signal, 0, 0);
    const answer = receiveMessageOnPort(port1)?.message as ServerAnswer;
    if ('error' in answer) throw new ServerError(answer.error.message, answer.error.code);
    return answer;
  };
  return {
    connect: () => void ask('connect'),
    ask: ({ text, parameters }) =>
      ask(parameters === undefined ? { text } : { text, parameters: parameters.map(sentValue) }),
    end: () => {
      if (isOver) return;
      ask('end');
      isOver = true;
      port1.close();
    },
  };
}

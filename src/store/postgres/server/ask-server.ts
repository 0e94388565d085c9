import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ServerAddress } from '../../server-address.js';
import { sentValue } from './cells.js';
import { ServerError } from './server-errors.js';
import type {
  NumberedAnswer,
  NumberedQuestion,
  Question,
  ServerAnswer,
  ServerRows,
  Statement,
  ThreadData,
} from './server-thread.js';

/** Under a test runner this file is TypeScript, but the thread needs JavaScript. */
const PROGRAM = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts')
      ? '../../../../dist/store/postgres/server/server-thread.js'
      : './server-thread.js',
    import.meta.url,
  ),
);

const NO_ROWS: ServerRows = { columns: [], rows: [] };
/** Statements that wait for a question are sent without one when they are so many, or have so many bytes. */
const MOST_WAITING = 200;
const MOST_WAITING_BYTES = 2 ** 20;

/** Asks a server one question after the other; each call returns with the answer. Throws ServerError. */
export interface Server {
  connect(): void;
  /** The rows of a statement. Throws what went wrong first with those that waited and with this one. */
  ask(statement: Statement): ServerRows;
  /** Lets a statement wait for the next question, with which it is sent. */
  later(statement: Statement, onRows?: (rows: ServerRows) => void): void;
  /** Sends what waits; nothing tells how it went. */
  flush(): void;
  /** Forgets what waits. */
  forget(): void;
  end(): void;
}

interface Waiting {
  readonly statement: Statement;
  readonly onRows?: ((rows: ServerRows) => void) | undefined;
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
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  let asked = 0;
  const send = (question: Question): void =>
    port1.postMessage({ number: ++asked, question } satisfies NumberedQuestion);
  const answerTo = (question: Question): readonly ServerRows[] => {
    if (isOver) throw new Error('the connection is closed');
    send(question);
    for (;;) {
      const sent = Atomics.load(signal, 0);
      const answered = receiveMessageOnPort(port1)?.message as NumberedAnswer | undefined;
      if (answered === undefined) Atomics.wait(signal, 0, sent);
      // Others are second answers to a question that has failed.
      else if (answered.number === asked) return rowsOf(answered.answer);
    }
  };
  const takeWaiting = (): readonly Waiting[] => {
    const taken = waiting;
    waiting = [];
    waitingBytes = 0;
    return taken;
  };
  /** Sends what waits, and returns the rows of the last. */
  const settle = (): ServerRows => {
    const taken = takeWaiting();
    const answers = answerTo({ statements: taken.map(({ statement }) => statement), isAwaited: true });
    for (const [at, { onRows }] of taken.entries()) onRows?.(answers[at] ?? NO_ROWS);
    return answers.at(-1) ?? NO_ROWS;
  };
  const add = ({ text, parameters }: Statement, onRows?: (rows: ServerRows) => void): void => {
    const sent = parameters?.map(sentValue);
    waiting.push({ statement: sent === undefined ? { text } : { text, parameters: sent }, onRows });
    waitingBytes += (sent ?? []).reduce<number>((sum, value) => sum + bytesOf(value), text.length);
  };
  return {
    connect: () => {
      takeWaiting();
      answerTo('connect');
    },
    ask: (statement) => {
      add(statement);
      return settle();
    },
    later: (statement, onRows) => {
      add(statement, onRows);
      if (waiting.length >= MOST_WAITING || waitingBytes >= MOST_WAITING_BYTES) settle();
    },
    flush: () => {
      send({ statements: takeWaiting().map(({ statement }) => statement), isAwaited: false });
    },
    forget: () => void takeWaiting(),
    end: () => {
      if (isOver) return;
      answerTo('end');
      isOver = true;
      port1.close();
    },
  };
}

function rowsOf(answer: ServerAnswer): readonly ServerRows[] {
  if ('error' in answer) throw new ServerError(answer.error.message, answer.error.code);
  return answer;
}

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return value instanceof Uint8Array ? value.byteLength : 8;
}

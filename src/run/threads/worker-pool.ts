import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { tooFewFileHandles, UserError } from '../../errors.js';
import type { ScoreDrawing } from '../../train/score-drawing.js';
import type { CheckpointPlace, TrainTask, WorkerMessage } from './messages.js';
import { STOP_FLAG } from './save-then-stop.js';
import { watchPulse } from './watch-pulse.js';

/** Threads, and the error that keeps them from starting. */
export interface Threads {
  readonly pool: Piscina;
  /** Rejects if the system does not let a thread start; never resolves. */
  readonly refused: Promise<never>;
}

const DEFAULT_STALL_MS = 300_000;

export interface WorkerPoolOptions {
  readonly threads: Threads;
  readonly checkpoints?: CheckpointPlace | undefined;
  /** How long a thread may be without progress before it is given up. */
  readonly stallMs?: number | undefined;
}

/** V8 would let it grow to 48 MB per thread, and dead arrays of predictions would stay in it; training makes little other garbage. */
const YOUNG_GENERATION_MB = 12;

/** A thread that neither trains nor ends. It cannot be ended by force without risk, so the process has to be replaced. */
export class StalledThreadError extends Error {
  constructor(readonly seconds: number) {
    super(`training made no progress for ${seconds} s (--stall-timeout)`);
    this.name = 'StalledThreadError';
  }
}

/** Another error, after which threads did not end in time, so that the process has to be ended by force. */
export class ThreadsLeftError extends Error {
  constructor(override readonly cause: unknown) {
    super('threads did not end in time');
    this.name = 'ThreadsLeftError';
  }
}

/** Worker threads that train; stopped by a shared flag, never by force in the middle of native code. */
export interface WorkerPool {
  /** Trains runs together on one thread; settles after its last message, rejects if the thread died or stalled. */
  train(
    // Declarations leave TrainTask out, and with it that the seal is optional.
    group: Pick<TrainTask, 'trainer' | 'runs' | 'dataset' | 'place'> & {
      readonly seal?: string | undefined;
      readonly drawing?: ScoreDrawing | undefined;
    },
    onMessage: (message: WorkerMessage) => void,
  ): Promise<void>;
  /** Asks every thread to end: at once, so that training returns within about a second, or when its runs have saved a checkpoint. */
  stop(when: 'atOnce' | 'afterSaving'): void;
  close(): Promise<void>;
}

/** Threads that wait for work: while the data is read, and between two tasks. */
export interface WaitingThreads {
  start(count: number): void;
  /** Hands them over; only once. */
  take(): Threads | undefined;
  /** Takes back threads that have nothing to do. */
  keep(threads: Threads): void;
  /** Ends them unless they were taken. */
  release(): Promise<void>;
}

export function waitingThreads(): WaitingThreads {
  let waiting: Threads | undefined;
  const take = (): Threads | undefined => {
    const taken = waiting;
    waiting = undefined;
    return taken;
  };
  return {
    start(count) {
      waiting = startThreads(count);
    },
    take,
    keep(threads) {
      waiting = threads;
    },
    release: async () => endThreads(take()),
  };
}

/** Threads that load the trainer of their first task. */
export function startThreads(count: number): Threads {
  const pool = new Piscina({
    filename: new URL('./worker-entry.cjs', import.meta.url).href,
    minThreads: count,
    maxThreads: count,
    idleTimeout: Number.POSITIVE_INFINITY,
    // Blocking waits between tasks would freeze the timers of asynchronous trainers.
    atomics: 'disabled',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const refused = new Promise<never>((_resolve, reject) => {
    // The promise of a task reports that its thread died. A thread that cannot start would be started again and again, and one that
    // cannot load its code would be the last: tasks would wait for it for ever.
    pool.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_INIT_FAILED' || pool.threads.length === 0) reject(refusal(error));
    });
  });
  refused.catch(() => {});
  return { pool, refused };
}

/** Lets threads without work end by themselves; there is no need to wait for it. */
export async function endThreads(threads: Threads | undefined): Promise<void> {
  await threads?.pool.close({ force: false }).catch(() => {});
}

function refusal(error: Error): UserError {
  const refused = new UserError(`no thread can be started: ${error.message}`, {
    fix: 'Train with fewer --workers, or allow more processes and memory.',
    cause: error,
  });
  return tooFewFileHandles(error) ?? refused;
}

/** A pool of the threads, which it owns. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const stopFlag = new SharedArrayBuffer(4);
  const { threads, checkpoints, stallMs = DEFAULT_STALL_MS } = options;
  return {
    async train(group, onMessage) {
      const { port1, port2 } = new MessageChannel();
      const told = lastMessage(port1, onMessage);
      const pulse = new SharedArrayBuffer(4);
      const task: TrainTask = { ...group, stopFlag, pulse, checkpoints, port: port2 };
      const watch = watchPulse(new Int32Array(pulse), stallMs);
      const trained = threads.pool.run(task, { transferList: [port2] });
      try {
        const stalled = watch.stalled.then(() => {
          throw new StalledThreadError(Math.round(stallMs / 1000));
        });
        // The last messages of a dying thread come through a port of their own.
        await Promise.race([trained.finally(() => told), stalled, threads.refused]);
      } finally {
        watch.end();
        port1.close();
        trained.catch(() => {});
      }
    },
    stop(when) {
      Atomics.store(new Int32Array(stopFlag), 0, STOP_FLAG[when]);
    },
    close: () => endThreads(threads),
  };
}

/** Passes messages on; settles after the last one, or when the other side has ended. */
function lastMessage(port: MessagePort, onMessage: (message: WorkerMessage) => void): Promise<void> {
  return new Promise((resolve) => {
    port.on('close', resolve);
    port.on('message', (message: WorkerMessage) =>
      message.type === 'ended' ? resolve() : onMessage(message),
    );
  });
}

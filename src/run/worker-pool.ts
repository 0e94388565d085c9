import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Dataset } from '../data/dataset.js';
import type { RunJob } from '../engine/train-runs.js';
import type { TrainTask, WorkerMessage } from './messages.js';

export interface WorkerPoolOptions {
  readonly workers: number;
  readonly engine: string;
  readonly dataset: Dataset;
}

/** Worker threads that train; stopped by a shared flag, never by force in the middle of native code. */
export interface WorkerPool {
  /** Trains runs together on one thread; settles when the thread has told everything. */
  train(runs: readonly RunJob[], onMessage: (message: WorkerMessage) => void): Promise<void>;
  /** Asks every thread to end; training comes back within about a second. */
  stop(): void;
  close(): Promise<void>;
}

/** Starts a pool of threads, each of which loads the engine once. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const stopFlag = new SharedArrayBuffer(4);
  const pool = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: options.workers,
    maxThreads: options.workers,
    idleTimeout: Number.POSITIVE_INFINITY,
    // Blocking waits would freeze the timers of asynchronous engines between tasks.
    atomics: 'disabled',
  });
  return {
    async train(runs, onMessage) {
      const { port1, port2 } = new MessageChannel();
      const ended = new Promise<void>((resolve) => {
        port1.on('message', (message: WorkerMessage) =>
          message.type === 'ended' ? resolve() : onMessage(message),
        );
      });
      const task: TrainTask = {
        engine: options.engine,
        dataset: options.dataset,
        runs,
        stopFlag,
        port: port2,
      };
      try {
        await pool.run(task, { transferList: [port2] });
        await ended;
      } finally {
        port1.close();
      }
    },
    stop() {
      Atomics.store(new Int32Array(stopFlag), 0, 1);
    },
    close: () => pool.close({ force: false }),
  };
}

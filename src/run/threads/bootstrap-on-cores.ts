import { availableParallelism } from 'node:os';
import { type RowBootstrap, rowBootstrap } from '../../metrics/noise/row-bootstrap.js';
import type { Threads } from './worker-pool.js';

/** Draws × runs that take longer than starting threads does. */
const MANY = 1e6;

/** Does work with a bootstrap on threads of its own, one per core: they start once there is much to draw, and end with the work. */
export async function onCores<Result>(work: (bootstrap: RowBootstrap) => Promise<Result>): Promise<Result> {
  const pool = () => import('./worker-pool.js');
  let threads: Threads | undefined;
  const bootstrap: RowBootstrap = async (rows, metrics, options) => {
    const runs = rows.trials.reduce((sum, own) => sum + own.length, 0);
    if (threads === undefined && runs * options.draws < MANY) return rowBootstrap(rows, metrics, options);
    const [{ bootstrapOn }, { startThreads }] = await Promise.all([import('./bootstrap-threads.js'), pool()]);
    threads ??= startThreads(availableParallelism());
    return bootstrapOn(threads)(rows, metrics, options);
  };
  try {
    return await work(bootstrap);
  } finally {
    if (threads !== undefined) (await pool()).endThreads(threads);
  }
}

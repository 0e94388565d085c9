import { availableParallelism } from 'node:os';
import { type RowBootstrap, rowBootstrap } from '../../metrics/noise/row-bootstrap.js';

/** Draws × runs that take longer than starting threads does. */
const MANY = 1e6;

/** A bootstrap on threads of its own, one per core, if it has much to draw; otherwise on this thread. */
export const bootstrapOnCores: RowBootstrap = async (rows, metrics, options) => {
  const runs = rows.trials.reduce((sum, own) => sum + own.length, 0);
  if (runs * options.draws < MANY) return rowBootstrap(rows, metrics, options);
  const [{ bootstrapOn }, { endThreads, startThreads }] = await Promise.all([
    import('./bootstrap-threads.js'),
    import('./worker-pool.js'),
  ]);
  const threads = startThreads(availableParallelism());
  try {
    return await bootstrapOn(threads)(rows, metrics, options);
  } finally {
    endThreads(threads);
  }
};

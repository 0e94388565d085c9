import type { DrawnMetric } from '../../metric.js';
import {
  type BootstrapRows,
  type RowBootstrap,
  type RowDraws,
  type RowDrawsByMetric,
  rowBootstrap,
} from '../../metrics/noise/row-bootstrap.js';
import type { BootstrapPart } from './draw-rows.js';
import type { Threads } from './worker-pool.js';

/** A bootstrap on threads, each with a part of the trials. */
export function bootstrapOn(threads: Threads): RowBootstrap {
  return async (rows, metrics, options) => {
    const drawn = parts(rows, threads.pool.maxThreads).map((part) =>
      draw(threads, { rows: part, metrics, options }),
    );
    try {
      return joined(metrics, await Promise.all(drawn));
    } catch {
      return rowBootstrap(rows, metrics, options); // A thread may have no memory left for it.
    }
  };
}

async function draw(threads: Threads, part: BootstrapPart): Promise<RowDrawsByMetric> {
  return threads.pool.run(part, { name: 'drawRows' });
}

/** Splits the trials into parts of neighbours with about the same number of runs. */
function parts(rows: BootstrapRows, count: number): readonly BootstrapRows[] {
  const { trials, rowsOf } = rows;
  const runs = trials.reduce((sum, own) => sum + own.length, 0);
  const cut: number[][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const [trial, own] of trials.entries()) {
    cut[Math.min(count - 1, Math.floor((before * count) / runs))]?.push(trial);
    before += own.length;
  }
  return cut
    .filter((part) => part.length > 0)
    .map((part) => ({
      ...rows,
      trials: part.map((trial) => trials[trial] as BootstrapRows['trials'][number]),
      rowsOf: rowsOf && part.map((trial) => rowsOf[trial] as (typeof rowsOf)[number]),
    }));
}

function joined(metrics: readonly DrawnMetric[], drawn: readonly RowDrawsByMetric[]): RowDrawsByMetric {
  return new Map(
    metrics.map((name) => [name, drawn.flatMap((part): readonly RowDraws[] => part.get(name) ?? [])]),
  );
}

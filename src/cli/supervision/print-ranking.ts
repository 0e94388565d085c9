import { buildRanking } from '../../analysis/analysis.js';
import type { Ranking } from '../../analysis/ranking/ranking.js';
import type { RowBootstrap } from '../../metrics/noise/row-bootstrap.js';
import { onCores } from '../../run/threads/bootstrap-on-cores.js';
import { bootstrapOn } from '../../run/threads/bootstrap-threads.js';
import { endThreads, type Threads } from '../../run/threads/worker-pool.js';
import { openStore } from '../../store/open-store.js';
import type { SweepReader } from '../../store/store.js';
import { printView } from '../terminal/print-view.js';
// `render` would load it only when the ranking is computed.
import '../../views/text/text-renderer.js';

/** What is ranked, and how it is shown. */
export interface RankingOptions {
  readonly db: string;
  readonly sweep: string;
  /** Configurations to list. */
  readonly top: number;
  /** Threads without work, which draw and then end. */
  readonly threads: Threads | undefined;
}

/** Prints the ranking that ends a launch, and returns it. */
export async function printRanking({ db, sweep, top, threads }: RankingOptions): Promise<Ranking> {
  const reader = await openStore(db).reader();
  try {
    const ranking = await rankOn(threads, reader, sweep);
    await printView('ranking', ranking, { format: 'table', top, db });
    return ranking;
  } finally {
    await reader.close();
  }
}

/** The threads end while the ranking is printed. */
async function rankOn(threads: Threads | undefined, reader: SweepReader, sweep: string): Promise<Ranking> {
  try {
    const rankWith = (bootstrap: RowBootstrap) => buildRanking(reader, sweep, { bootstrap });
    return await (threads === undefined ? onCores(rankWith) : rankWith(bootstrapOn(threads)));
  } finally {
    endThreads(threads);
  }
}

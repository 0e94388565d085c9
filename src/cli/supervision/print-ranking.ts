import { buildRanking } from '../../analysis/analysis.js';
import type { Ranking } from '../../analysis/ranking/ranking.js';
import type { RowBootstrap } from '../../metrics/noise/row-bootstrap.js';
import { openStore } from '../../store/open-store.js';
import { printView } from '../terminal/print-view.js';
// `render` would load it only when the ranking is computed.
import '../../views/text/text-renderer.js';

/** What is ranked, and how it is shown. */
export interface RankingOptions {
  readonly db: string;
  readonly sweep: string;
  /** Configurations to list. */
  readonly top: number;
  readonly bootstrap: RowBootstrap;
}

/** Prints the ranking that ends a launch, and returns it. */
export async function printRanking({ db, sweep, top, bootstrap }: RankingOptions): Promise<Ranking> {
  const reader = await openStore(db).reader();
  try {
    const ranking = await buildRanking(reader, sweep, { bootstrap });
    await printView('ranking', ranking, { format: 'table', top });
    return ranking;
  } finally {
    await reader.close();
  }
}

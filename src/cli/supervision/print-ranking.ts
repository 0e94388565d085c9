import { buildRanking } from '../../analysis/analysis.js';
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

/** Prints the ranking that ends a launch. */
export async function printRanking({ db, sweep, top, bootstrap }: RankingOptions): Promise<void> {
  const reader = await openStore(db).reader();
  try {
    await printView('ranking', await buildRanking(reader, sweep, { bootstrap }), { format: 'table', top });
  } finally {
    await reader.close();
  }
}

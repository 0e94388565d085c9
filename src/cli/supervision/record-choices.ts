import type { Ranking } from '../../analysis/ranking/ranking.js';
import { openStore } from '../../store/open-store.js';

/** Records what a launch chose for the aims of its spec, so that `query` and the views show it. */
export async function recordRankedChoices(db: string, ranking: Ranking): Promise<void> {
  const { sweep, choices } = ranking;
  const keeper = await openStore(db).keeper();
  try {
    await keeper.recordChoices({
      sweep: sweep.name,
      results: sweep.complete,
      choices: choices.flatMap(({ aim, configuration }) =>
        configuration === null ? [] : [{ aim: aim.name, trialId: configuration.trialId }],
      ),
    });
  } finally {
    await keeper.close();
  }
}

/** Chooses anew in a sweep that a merge has completed, as the end of its launch would have. */
export async function recordMergedChoices(db: string, sweep: string): Promise<void> {
  const { buildRanking } = await import('../../analysis/analysis.js');
  const { onCores } = await import('../../run/threads/bootstrap-on-cores.js');
  const reader = await openStore(db).reader();
  try {
    const ranking = await onCores((bootstrap) => buildRanking(reader, sweep, { bootstrap }));
    if (ranking.unfinished === 0) await recordRankedChoices(db, ranking);
  } finally {
    await reader.close();
  }
}

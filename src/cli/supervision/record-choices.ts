import type { Ranking } from '../../analysis/ranking/ranking.js';
import { openStore } from '../../store/open-store.js';

/** Records what a launch chose for the aims of its spec, so that `query` and the views show it. */
export async function recordRankedChoices(db: string, ranking: Ranking): Promise<void> {
  const { sweep, configurations, choices } = ranking;
  const keeper = await openStore(db).keeper();
  try {
    await keeper.recordChoices({
      sweep: sweep.name,
      results: configurations.reduce((sum, { runs }) => sum + runs.length, 0),
      choices: choices.flatMap(({ aim, configuration }) =>
        configuration === null ? [] : [{ aim: aim.name, trialId: configuration.trialId }],
      ),
    });
  } finally {
    await keeper.close();
  }
}

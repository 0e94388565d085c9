import { firstStepWithout } from '../../../search/decision.js';
import { type Connection, listed, queries } from '../connection.js';
import type { SilentHolder } from '../hold/holders.js';
import { readDecisions } from '../read/plan-reads.js';
import { requireNobodyTrains } from '../sweeps/delete-sweep.js';
import { withdrawDecisions } from './decision-writes.js';

interface Retrying {
  readonly sweep: string;
  /** The seeds by the text of a spec, in order. */
  readonly seedsBy: (specText: string) => readonly number[];
  readonly silent?: SilentHolder | undefined;
}

/**
 * Sets the sweep's failed runs back to waiting, and withdraws what was decided without them; returns their number. To be called in a
 * transaction.
 */
export function retryFailed(connection: Connection, { sweep, seedsBy, silent }: Retrying): number {
  const failed = connection.all(
    queries
      .selectFrom('sweep_runs')
      .innerJoin('run_states', 'run_states.run_id', 'sweep_runs.run_id')
      .innerJoin('runs', 'runs.run_id', 'sweep_runs.run_id')
      .select(['runs.run_id', 'runs.trial_id', 'runs.seed'])
      .where('sweep', '=', sweep)
      .where('state', '=', 'failed'),
  );
  if (failed.length === 0) return 0;
  const seeds = seedsBy(specTextOf(connection, sweep));
  // Without knowing the place of a seed, it counts as judged at every rung.
  const runs = failed.map(({ trial_id, seed }) => ({ trialId: trial_id, place: seeds.indexOf(seed) }));
  const stale = searchesOf(connection, sweep).flatMap((search) => {
    const from = firstStepWithout(readDecisions(connection, sweep, search), runs);
    return from === undefined ? [] : [{ sweep, search, from }];
  });
  if (stale.length > 0) requireNobodyTrains(connection, sweep, silent);
  for (const decisions of stale) withdrawDecisions(connection, decisions);
  const ids = failed.map(({ run_id }) => run_id);
  connection.execute(
    queries
      .updateTable('run_states')
      .set({ state: 'waiting', failures: 0 })
      .where('run_id', 'in', listed(ids)),
  );
  return failed.length;
}

function specTextOf(connection: Connection, sweep: string): string {
  const row = queries.selectFrom('sweeps').select('spec_text').where('sweep', '=', sweep);
  return connection.first(row)?.spec_text ?? '';
}

function searchesOf(connection: Connection, sweep: string): readonly string[] {
  const searches = queries.selectFrom('decisions').select('search').distinct().where('sweep', '=', sweep);
  return connection.all(searches).map(({ search }) => search);
}

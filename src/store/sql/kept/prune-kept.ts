import { METRIC_NAMES, type MetricName, type MetricValues } from '../../../metric.js';
import { configurationOf } from '../../configuration.js';
import { type TrialScore, wantedTrials } from '../../content/kept/wanted-trials.js';
import type { SweepRecord } from '../../store.js';
import { type Connection, listed, queries } from '../connection.js';
import { forgetChecksumsOfGone } from '../integrity/kept-logits.js';
import { readBaseline } from '../read/plan-reads.js';

/** A sweep, and what is kept of its runs. */
export type KeptOf = Pick<SweepRecord, 'name' | 'metric' | 'storeLogits' | 'keep'>;

type Averages = { readonly [name in MetricName]: number | null } & {
  readonly [name in `${MetricName}_numbers`]: number;
};

/**
 * Removes the logits of finished trials that no report will need, and the models that the sweep does not keep, unless another sweep
 * has the run. Returns the number of runs of the sweep that still have logits, or models if those are more; what it keeps of all
 * runs does not count.
 */
export function pruneKept(connection: Connection, sweep: KeptOf): number {
  const { name, metric, storeLogits = false, keep = 'front' } = sweep;
  if (storeLogits && keep === 'all') return 0;
  const scores = finishedTrials(connection, name);
  const by = { metric, baseline: readBaseline(connection, name) };
  const left = (['logits', 'models'] as const).map((table) => {
    const own = table === 'models' ? keep : storeLogits ? 'all' : 'front';
    if (own === 'all') return 0;
    const wanted = wantedTrials(scores, by, own);
    const unwanted = scores.flatMap(({ trialId }) => (wanted.has(trialId) ? [] : [trialId]));
    removeKept(connection, table, { sweep: name, trials: unwanted });
    if (table === 'logits') forgetChecksumsOfGone(connection, unwanted);
    return countKept(connection, table, name);
  });
  return Math.max(...left);
}

function removeKept(
  connection: Connection,
  table: 'logits' | 'models',
  { sweep, trials }: { readonly sweep: string; readonly trials: readonly string[] },
): void {
  connection.execute(
    queries
      .deleteFrom(table)
      .where(
        'run_id',
        'in',
        queries.selectFrom('runs').select('run_id').where('trial_id', 'in', listed(trials)),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('sweep_runs')
              .select('sweep')
              .where('sweep', '!=', sweep)
              .whereRef('sweep_runs.run_id', '=', `${table}.run_id`),
          ),
        ),
      ),
  );
}

function countKept(connection: Connection, table: 'logits' | 'models', sweep: string): number {
  const left = queries
    .selectFrom(table)
    .innerJoin('sweep_runs', 'sweep_runs.run_id', `${table}.run_id`)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('sweep', '=', sweep);
  return connection.first(left)?.count ?? 0;
}

/** Mean scores of the trials whose runs of this sweep are all complete. */
function finishedTrials(connection: Connection, sweep: string): readonly TrialScore[] {
  const rows = connection.all(
    queries
      .selectFrom('sweep_runs')
      .innerJoin('runs', 'runs.run_id', 'sweep_runs.run_id')
      .innerJoin('trials', 'trials.trial_id', 'runs.trial_id')
      .leftJoin('split_metrics', (join) =>
        join.onRef('split_metrics.run_id', '=', 'runs.run_id').on('split_metrics.split', '=', 'validation'),
      )
      .leftJoin('expected_costs', (join) =>
        join
          .onRef('expected_costs.run_id', '=', 'runs.run_id')
          .onRef('expected_costs.sweep', '=', 'sweep_runs.sweep')
          .on('expected_costs.split', '=', 'validation'),
      )
      .selectAll('trials')
      .select(({ fn }) => [
        fn.countAll<number>().as('planned'),
        fn.count<number>('split_metrics.split').as('complete'),
        ...METRIC_NAMES.flatMap((name) => [
          fn.avg<number | null>(name).as(name),
          fn.count<number>(name).as(`${name}_numbers` as const),
        ]),
      ])
      .where('sweep_runs.sweep', '=', sweep)
      .groupBy('trials.trial_id'),
  );
  return rows
    .filter(({ planned, complete }) => planned === complete)
    .map((row) => ({ trialId: row.trial_id, config: configurationOf(row.config), means: meansOf(row) }));
}

/** A mean with a NaN (NULL) among its seeds is NaN. */
function meansOf(row: { readonly planned: number } & Averages): MetricValues {
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, row[`${name}_numbers`] === row.planned ? row[name] : Number.NaN]),
  ) as unknown as MetricValues;
}

import { METRIC_NAMES, type Metric, type MetricName, type MetricValues } from '../../../metric.js';
import { configurationOf } from '../../configuration.js';
import { type TrialScore, wantedTrials } from '../../content/wanted-trials.js';
import { type Connection, queries } from '../file/connection.js';
import { normalizeOf } from '../knob-sql.js';
import { readBaseline } from '../read/plan-reads.js';

type Averages = { readonly [name in MetricName]: number | null } & {
  readonly [name in `${MetricName}_numbers`]: number;
};

/** Removes the logits of finished trials that no report will need. Returns the number of runs that still have logits. */
export function pruneLogits(connection: Connection, sweep: string, metric: Metric): number {
  const scores = finishedTrials(connection, sweep);
  const wanted = wantedTrials(scores, { metric, baseline: readBaseline(connection, sweep) });
  const unwanted = scores.flatMap(({ trialId }) => (wanted.has(trialId) ? [] : [trialId]));
  for (const trialId of unwanted) {
    connection.execute(
      queries
        .deleteFrom('logits')
        .where('run_id', 'in', queries.selectFrom('runs').select('run_id').where('trial_id', '=', trialId))
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('sweep_runs')
                .select('sweep')
                .where('sweep', '!=', sweep)
                .whereRef('sweep_runs.run_id', '=', 'logits.run_id'),
            ),
          ),
        ),
    );
  }
  const left = queries
    .selectFrom('logits')
    .innerJoin('sweep_runs', 'sweep_runs.run_id', 'logits.run_id')
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
      .select(normalizeOf)
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
    .map((row) => ({ trialId: row.trial_id, config: configurationOf(row.config, row), means: meansOf(row) }));
}

/** A mean with a NaN (NULL) among its seeds is NaN. */
function meansOf(row: { readonly planned: number } & Averages): MetricValues {
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, row[`${name}_numbers`] === row.planned ? row[name] : Number.NaN]),
  ) as unknown as MetricValues;
}

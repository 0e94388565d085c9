import { isCrossEntropy } from '../../../knobs/plain-loss.js';
import type { Metric, TrialConfig } from '../../../sweep.js';
import { configurationOf } from '../../configuration.js';
import { type Connection, queries } from '../file/connection.js';

interface TrialScore {
  readonly trialId: string;
  readonly config: TrialConfig;
  /** Means over seeds; larger is better. */
  readonly ranked: number;
  readonly macroF1: number;
  readonly rareRecall: number;
}

/**
 * Takes out the logits of trials that are finished and cannot be wanted any more: neither the best, nor the best baseline, nor
 * on the front of macro-F1 against rare recall. More finished trials never bring one of those back. Gives the runs left.
 */
export function pruneLogits(connection: Connection, sweep: string, metric: Metric): number {
  const scores = finishedTrials(connection, sweep, metric);
  const wanted = new Set(wantedTrials(scores));
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
function finishedTrials(connection: Connection, sweep: string, metric: Metric): readonly TrialScore[] {
  const rows = connection.all(
    queries
      .selectFrom('sweep_runs')
      .innerJoin('runs', 'runs.run_id', 'sweep_runs.run_id')
      .innerJoin('trials', 'trials.trial_id', 'runs.trial_id')
      .leftJoin('split_metrics', (join) =>
        join.onRef('split_metrics.run_id', '=', 'runs.run_id').on('split', '=', 'validation'),
      )
      .selectAll('trials')
      .select(({ fn }) => [
        fn.countAll<number>().as('planned'),
        fn.count<number>('split').as('complete'),
        fn.avg<number | null>(metric.name).as('ranked'),
        fn.avg<number | null>('macro_f1').as('macro'),
        fn.avg<number | null>('rare_recall').as('rare'),
      ])
      .where('sweep', '=', sweep)
      .groupBy('trials.trial_id'),
  );
  const sign = metric.goal === 'maximize' ? 1 : -1;
  return rows
    .filter(({ planned, complete }) => planned === complete)
    .map((row) => ({
      trialId: row.trial_id,
      config: configurationOf(row.config),
      ranked: row.ranked === null ? -Infinity : sign * row.ranked,
      macroF1: row.macro ?? -Infinity,
      rareRecall: row.rare ?? -Infinity,
    }));
}

function wantedTrials(scores: readonly TrialScore[]): readonly string[] {
  const front = scores.filter(
    (own) =>
      !scores.some(
        ({ macroF1, rareRecall }) =>
          macroF1 >= own.macroF1 &&
          rareRecall >= own.rareRecall &&
          (macroF1 > own.macroF1 || rareRecall > own.rareRecall),
      ),
  );
  const best = (among: readonly TrialScore[]): readonly TrialScore[] => {
    const top = Math.max(...among.map(({ ranked }) => ranked));
    return among.filter(({ ranked }) => ranked === top);
  };
  const baselines = scores.filter(({ config }) => isCrossEntropy(config));
  return [...front, ...best(scores), ...best(baselines)].map(({ trialId }) => trialId);
}

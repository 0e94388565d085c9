import { sql } from 'kysely';
import { metricsOf, real } from '../../content/result-rows.js';
import type { RecordedRun, ScoredSplit, SplitScores, Stretch } from '../../store.js';
import { type Connection, listed, queries } from '../connection.js';
import { readFinishedEpochs, readLiveEpochs } from './progress-reads.js';
import { requireSweep } from './sweep-reads.js';

/** The runs of a stretch of trials in any state, in the order of the plan, then by seed. */
export function readRecordedRuns(
  connection: Connection,
  sweep: string,
  stretch: Stretch,
): readonly RecordedRun[] {
  requireSweep(connection, sweep);
  const runs = planned(connection, sweep, stretch);
  const ids = runs.map(({ run_id }) => run_id);
  const scores = {
    validation: splitScores(connection, sweep, ids, 'validation'),
    test: splitScores(connection, sweep, ids, 'test'),
  };
  const times = new Map(attemptTimes(connection, ids).map((row) => [row.run_id, row]));
  const epochs = readFinishedEpochs(connection, ids);
  const live = readLiveEpochs(connection, ids);
  return runs.map((row) => {
    const [validation, test] = [scores.validation.get(row.run_id), scores.test.get(row.run_id)];
    const { epochs_trained, chosen_epoch, stopped_by } = row;
    const isFinished = epochs_trained !== null && chosen_epoch !== null && stopped_by !== null;
    return {
      runId: row.run_id,
      trialId: row.trial_id,
      seed: row.seed,
      state: row.state ?? 'waiting',
      error: row.error,
      attempts: row.attempts ?? 0,
      startedAtMs: times.get(row.run_id)?.started ?? null,
      endedAtMs: times.get(row.run_id)?.ended ?? null,
      durationMs: row.duration_ms,
      result:
        isFinished && validation !== undefined && test !== undefined
          ? {
              epochsTrained: epochs_trained,
              chosenEpoch: chosen_epoch,
              stoppedBy: stopped_by,
              validation,
              test,
            }
          : null,
      epochs: (isFinished ? epochs : live).get(row.run_id) ?? [],
    };
  });
}

function planned(connection: Connection, sweep: string, { skip, take }: Stretch) {
  const trials = queries
    .selectFrom('sweep_trials')
    .select(['trial_id', 'position'])
    .where('sweep', '=', sweep)
    .where('position', '>=', skip)
    .where('position', '<', skip + take);
  return connection.all(
    queries
      .selectFrom(trials.as('place'))
      .innerJoin('runs', 'runs.trial_id', 'place.trial_id')
      .innerJoin('sweep_runs', (join) =>
        join.onRef('sweep_runs.run_id', '=', 'runs.run_id').on('sweep_runs.sweep', '=', sweep),
      )
      .leftJoin('run_states', 'run_states.run_id', 'runs.run_id')
      .leftJoin('results', 'results.run_id', 'runs.run_id')
      .select(['runs.run_id', 'runs.trial_id', 'seed', 'state', 'error', 'attempts', 'duration_ms'])
      .select(['epochs_trained', 'chosen_epoch', 'stopped_by'])
      .orderBy('position')
      .orderBy('seed'),
  );
}

function splitScores(
  connection: Connection,
  sweep: string,
  ids: readonly string[],
  split: ScoredSplit,
): ReadonlyMap<string, SplitScores> {
  const rows = connection.all(
    queries
      .selectFrom('split_metrics')
      .leftJoin('expected_costs', (join) =>
        join
          .onRef('expected_costs.run_id', '=', 'split_metrics.run_id')
          .onRef('expected_costs.split', '=', 'split_metrics.split')
          .on('expected_costs.sweep', '=', sweep),
      )
      .selectAll('split_metrics')
      .select('expected_cost')
      .where('split_metrics.run_id', 'in', listed(ids))
      .where('split_metrics.split', '=', split),
  );
  return new Map(rows.map((row) => [row.run_id, { loss: real(row.loss), metrics: metricsOf(row) }]));
}

/** NULL while an attempt has not ended. */
function attemptTimes(connection: Connection, ids: readonly string[]) {
  const ended = sql<number | null>`case when count(*) = count(ended_at_ms) then max(ended_at_ms) end`;
  return connection.all(
    queries
      .selectFrom('attempts')
      .select(({ fn }) => ['run_id', fn.min('started_at_ms').as('started'), ended.as('ended')])
      .where('run_id', 'in', listed(ids))
      .groupBy('run_id'),
  );
}

import type { RunResult, SplitResult, Trial } from '../../../sweep.js';
import { configurationOf } from '../../configuration.js';
import { metricsOf, real } from '../../content/result-rows.js';
import { unknownRun } from '../../refusals.js';
import type { RunDetail, ScoredSplit } from '../../store.js';
import { type Connection, queries } from '../connection.js';
import { normalizeOf } from '../knob-sql.js';
import { findId } from './find-id.js';
import { readLiveEpochs } from './progress-reads.js';
import { readClassMetrics, readConfusion, readEpochs, readPredictions } from './run-reads.js';
import { placeOf } from './sweep-reads.js';

/** The run whose id is or starts with the prefix. */
export function readRun(connection: Connection, prefix: string): RunDetail {
  const runId = findId(connection, prefix, ['run'])?.id;
  const row =
    runId === undefined
      ? undefined
      : connection.first(
          queries
            .selectFrom('runs')
            .innerJoin('trials', 'trials.trial_id', 'runs.trial_id')
            .leftJoin('run_states', 'run_states.run_id', 'runs.run_id')
            .selectAll('trials')
            .select(normalizeOf)
            .select(['runs.run_id', 'runs.seed', 'state', 'error'])
            .where('runs.run_id', '=', runId),
        );
  if (row === undefined) {
    throw unknownRun(connection.path, prefix);
  }
  const sweeps = connection.all(
    queries.selectFrom('sweep_runs').select('sweep').where('run_id', '=', row.run_id).orderBy('sweep'),
  );
  const config = configurationOf(row.config, row);
  const place = latestPlace(connection, row.trial_id);
  return {
    sweeps: sweeps.map(({ sweep }) => sweep),
    run: { runId: row.run_id, trialId: row.trial_id, seed: row.seed },
    state: row.state ?? 'waiting',
    error: row.error,
    engine: row.engine,
    config,
    point: place?.point ?? config,
    ...(place?.space !== undefined && { space: place.space }),
    result: readResult(connection, row.run_id),
    liveEpochs: readLiveEpochs(connection, [row.run_id]).get(row.run_id) ?? [],
  };
}

/** The trial whose id is or starts with the prefix. */
export function readTrial(connection: Connection, prefix: string): Trial | null {
  const trialId = findId(connection, prefix, ['trial'])?.id;
  if (trialId === undefined) return null;
  const [row] = connection.all(
    queries.selectFrom('trials').selectAll().select(normalizeOf).where('trial_id', '=', trialId),
  );
  if (row === undefined) return null;
  const config = configurationOf(row.config, row);
  return {
    trialId,
    engine: row.engine,
    config,
    ...(latestPlace(connection, trialId) ?? { point: config, addedBaseline: false }),
  };
}

/** What the latest launched sweep that has the trial says of it; undefined if no sweep has it any more. */
function latestPlace(connection: Connection, trialId: string): ReturnType<typeof placeOf> | undefined {
  const row = connection.first(
    queries
      .selectFrom('sweep_trials')
      .innerJoin('launches', 'launches.sweep', 'sweep_trials.sweep')
      .leftJoin('trial_spaces', (join) =>
        join
          .onRef('trial_spaces.sweep', '=', 'sweep_trials.sweep')
          .onRef('trial_spaces.trial_id', '=', 'sweep_trials.trial_id'),
      )
      .select(['point', 'added_baseline', 'space'])
      .where('sweep_trials.trial_id', '=', trialId)
      .orderBy('launch_id', 'desc')
      .limit(1),
  );
  return row && placeOf(row);
}

function readResult(connection: Connection, runId: string): RunResult | null {
  const row = connection.first(queries.selectFrom('results').selectAll().where('run_id', '=', runId));
  if (row === undefined) return null;
  return {
    runId,
    epochs: readEpochs(connection, runId),
    chosenEpoch: row.chosen_epoch,
    stoppedBy: row.stopped_by,
    validation: readSplit(connection, runId, 'validation'),
    test: readSplit(connection, runId, 'test'),
  };
}

function readSplit(connection: Connection, runId: string, split: ScoredSplit): SplitResult {
  const row = connection.first(
    queries.selectFrom('split_metrics').selectAll().where('run_id', '=', runId).where('split', '=', split),
  );
  const cost = connection.first(
    queries
      .selectFrom('expected_costs')
      .select('expected_cost')
      .where('run_id', '=', runId)
      .where('split', '=', split)
      .orderBy('sweep')
      .limit(1),
  );
  if (row === undefined) throw new Error(`the result of run ${runId} has no ${split} scores`);
  return {
    loss: real(row.loss),
    metrics: metricsOf({ ...row, ...cost }),
    classes: readClassMetrics(connection, [runId], split).get(runId) ?? [],
    confusion: readConfusion(connection, [runId], split),
    predictions: readPredictions(connection, [runId], split).get(runId) ?? new Uint16Array(),
  };
}

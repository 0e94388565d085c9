import { sql } from 'kysely';
import { UserError } from '../../../errors.js';
import type { ParameterPoint, RunResult, SplitResult, Trial } from '../../../sweep.js';
import { configurationOf } from '../../configuration.js';
import type { FoundId, RunDetail, ScoredSplit } from '../../store.js';
import { type Connection, queries } from '../file/connection.js';
import { metricsOf, real } from '../write/result-rows.js';
import { readClassMetrics, readConfusion, readEpochs, readPredictions } from './run-reads.js';

/** Candidates that an ambiguity names. */
const MOST_LISTED = 5;

/** The run or trial, among these kinds, whose id is or starts so; null where there is none. Throws UserError when several do. */
export function findId(
  connection: Connection,
  start: string,
  kinds: readonly FoundId['kind'][] = ['run', 'trial'],
): FoundId | null {
  const found = kinds.flatMap((kind) => idsFrom(connection, kind, start));
  const exact = found.find(({ id }) => id === start);
  if (exact !== undefined || found.length < 2) return exact ?? found[0] ?? null;
  const listed = found.slice(0, MOST_LISTED).map(({ kind, id }) => `${kind} ${id}`);
  const more = found.length > MOST_LISTED ? ' and others' : '';
  throw new UserError(
    `several ${kinds.map((kind) => `${kind}s`).join(' or ')} have an id that starts with "${start}"`,
    {
      where: connection.path,
      fix: `Give more of the id: ${listed.join(', ')}${more}.`,
    },
  );
}

/** In order of the ids, one more than is listed. */
function idsFrom(connection: Connection, kind: FoundId['kind'], start: string): readonly FoundId[] {
  const column = sql.ref<string>(`${kind}_id`);
  const found = connection.all(
    queries
      .selectFrom(kind === 'run' ? 'runs' : 'trials')
      .select(column.as('id'))
      .where(column, '>=', start)
      .where(column, '<', `${start}\u{10ffff}`)
      .orderBy(column)
      .limit(MOST_LISTED + 1),
  );
  return found.map(({ id }) => ({ kind, id }));
}

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
            .select(['runs.run_id', 'runs.seed', 'state', 'error'])
            .where('runs.run_id', '=', runId),
        );
  if (row === undefined) {
    throw new UserError(`there is no run whose id starts with "${prefix}"`, {
      where: connection.path,
      fix: '`focalsweep query` lists the runs.',
    });
  }
  const sweeps = connection.all(
    queries.selectFrom('sweep_runs').select('sweep').where('run_id', '=', row.run_id).orderBy('sweep'),
  );
  const config = configurationOf(row.config);
  return {
    sweeps: sweeps.map(({ sweep }) => sweep),
    run: { runId: row.run_id, trialId: row.trial_id, seed: row.seed },
    state: row.state ?? 'waiting',
    error: row.error,
    config,
    point: latestPlace(connection, row.trial_id)?.point ?? config,
    result: readResult(connection, row.run_id),
  };
}

/** The trial whose id is or starts with the prefix. */
export function readTrial(connection: Connection, prefix: string): Trial | null {
  const trialId = findId(connection, prefix, ['trial'])?.id;
  if (trialId === undefined) return null;
  const [row] = connection.all(queries.selectFrom('trials').selectAll().where('trial_id', '=', trialId));
  if (row === undefined) return null;
  const config = configurationOf(row.config);
  return {
    trialId,
    config,
    ...(latestPlace(connection, trialId) ?? { point: config, addedBaseline: false }),
  };
}

/** How the latest launched sweep that has the trial names it; none has a trial that was taken out of its sweep. */
function latestPlace(
  connection: Connection,
  trialId: string,
): Pick<Trial, 'point' | 'addedBaseline'> | undefined {
  const row = connection.first(
    queries
      .selectFrom('sweep_trials')
      .innerJoin('launches', 'launches.sweep', 'sweep_trials.sweep')
      .select(['point', 'added_baseline'])
      .where('trial_id', '=', trialId)
      .orderBy('launch_id', 'desc')
      .limit(1),
  );
  if (row === undefined) return undefined;
  return { point: JSON.parse(row.point) as ParameterPoint, addedBaseline: row.added_baseline === 1 };
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
  if (row === undefined) throw new Error(`the result of run ${runId} has no ${split} scores`);
  return {
    loss: real(row.loss),
    metrics: metricsOf(row),
    classes: readClassMetrics(connection, [runId], split).get(runId) ?? [],
    confusion: readConfusion(connection, [runId], split),
    predictions: readPredictions(connection, [runId], split).get(runId) ?? new Uint16Array(),
  };
}

import { type RawBuilder, sql } from 'kysely';
import { UserError } from '../errors.js';
import type {
  ClassMetrics,
  EpochRecord,
  MetricValues,
  ParameterPoint,
  RunResult,
  SplitResult,
  Trial,
} from '../sweep.js';
import { toUint16, toUint32 } from './blobs.js';
import { type Connection, queries } from './connection.js';
import { fromKnobColumns } from './knob-columns.js';
import { metricsOf, real } from './result-rows.js';
import type { RunDetail, ScoredSplit } from './store.js';

/** All of a list as one bound parameter, however long it is. */
function listed(values: readonly string[]): RawBuilder<string> {
  return sql<string>`(select value from json_each(${JSON.stringify(values)}))`;
}

/** Test metrics of a trial's finished runs by run id. */
export function readTestMetrics(connection: Connection, trialId: string): ReadonlyMap<string, MetricValues> {
  const rows = connection.all(
    queries
      .selectFrom('runs')
      .innerJoin('split_metrics', 'split_metrics.run_id', 'runs.run_id')
      .selectAll('split_metrics')
      .where('trial_id', '=', trialId)
      .where('split', '=', 'test')
      .orderBy('seed'),
  );
  return new Map(rows.map((row) => [row.run_id, metricsOf(row)]));
}

/** A run's epochs in order; none before it has finished. */
export function readEpochs(connection: Connection, runId: string): readonly EpochRecord[] {
  const rows = connection.all(
    queries.selectFrom('epochs').selectAll().where('run_id', '=', runId).orderBy('epoch'),
  );
  return rows.map((row) => ({
    epoch: row.epoch,
    trainLoss: real(row.train_loss),
    trainAccuracy: real(row.train_accuracy),
    validationLoss: real(row.validation_loss),
    validation: metricsOf(row),
  }));
}

/** Per finished run, the metrics of each class on a split. */
export function readClassMetrics(
  connection: Connection,
  runIds: readonly string[],
  split: ScoredSplit,
): ReadonlyMap<string, readonly ClassMetrics[]> {
  const rows = connection.all(
    queries
      .selectFrom('class_metrics')
      .selectAll()
      .where('run_id', 'in', listed(runIds))
      .where('split', '=', split)
      .orderBy('run_id')
      .orderBy('class_index'),
  );
  const byRun = new Map<string, ClassMetrics[]>();
  for (const { run_id, precision, recall, f1, support } of rows) {
    const classes = byRun.get(run_id) ?? [];
    classes.push({ precision: real(precision), recall: real(recall), f1: real(f1), support });
    byRun.set(run_id, classes);
  }
  return byRun;
}

/** The confusion matrices of finished runs, summed. */
export function readConfusion(
  connection: Connection,
  runIds: readonly string[],
  split: ScoredSplit,
): Uint32Array {
  const rows = connection.all(
    queries
      .selectFrom('confusions')
      .select('counts')
      .where('run_id', 'in', listed(runIds))
      .where('split', '=', split),
  );
  const matrices = rows.map(({ counts }) => toUint32(counts));
  const sum = new Uint32Array(matrices[0]?.length ?? 0);
  for (const matrix of matrices) {
    matrix.forEach((count, cell) => {
      sum[cell] = (sum[cell] as number) + count;
    });
  }
  return sum;
}

/** Predicted classes of a finished run on a split. */
export function readPredictions(connection: Connection, runId: string, split: ScoredSplit): Uint16Array {
  const row = connection.first(
    queries
      .selectFrom('predictions')
      .select('classes')
      .where('run_id', '=', runId)
      .where('split', '=', split),
  );
  return row === undefined ? new Uint16Array() : toUint16(row.classes);
}

/** The id that starts so; undefined where there is none. Throws UserError when several do. */
function resolveId(connection: Connection, noun: 'run' | 'trial', prefix: string): string | undefined {
  const ids = queries.selectFrom(noun === 'run' ? 'runs' : 'trials');
  const column = sql.ref<string>(`${noun}_id`);
  const found = connection.all(
    ids
      .select(column.as('id'))
      .where(column, '>=', prefix)
      .where(column, '<', `${prefix}\u{10ffff}`)
      .orderBy(column)
      .limit(2),
  );
  if (found.length > 1 && found[0]?.id !== prefix) {
    throw new UserError(`several ${noun}s have an id that starts with "${prefix}"`, {
      where: connection.path,
      fix: `Give more of the id: ${found.map(({ id }) => id).join(' or ')}, for example.`,
    });
  }
  return found[0]?.id;
}

/** The run whose id is or starts with the prefix. */
export function readRun(connection: Connection, prefix: string): RunDetail {
  const runId = resolveId(connection, 'run', prefix);
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
  const config = fromKnobColumns(row);
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
  const trialId = resolveId(connection, 'trial', prefix);
  if (trialId === undefined) return null;
  const [row] = connection.all(queries.selectFrom('trials').selectAll().where('trial_id', '=', trialId));
  if (row === undefined) return null;
  const config = fromKnobColumns(row);
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
    predictions: readPredictions(connection, runId, split),
  };
}

import { sql } from 'kysely';
import type { DataCard } from '../../../data/dataset.js';
import { type Metric, withCosts } from '../../../metric.js';
import type { CostMatrix, ParameterPoint } from '../../../sweep.js';
import { configurationOf } from '../../configuration.js';
import { toUint16, toUint32 } from '../../content/blobs.js';
import { metricsOf, real } from '../../content/result-rows.js';
import { noSweepYet, unknownSweep } from '../../refusals.js';
import type { DatasetRecord, RunRow, Stretch, SweepDetail, SweepSummary, TrialRow } from '../../store.js';
import { type Connection, queries } from '../connection.js';
import { rawByDialect } from '../dialect.js';
import { normalizeOf } from '../knob-sql.js';
import type { SweepsTable, SweepTrialsTable } from '../schema.js';
import { droppedTrialsSql, isDroppedSql } from '../views.js';
import { correctionNotes } from './correction-notes.js';
import { readBaseline } from './plan-reads.js';

/** Every sweep, latest launched first. */
export function readSweeps(connection: Connection): readonly SweepSummary[] {
  const rows = connection.all(
    queries
      .selectFrom('sweeps')
      .innerJoin('launches', 'launches.sweep', 'sweeps.sweep')
      .selectAll('sweeps')
      .select((row) => [
        row.fn.min('launched_at_ms').as('first'),
        row.fn.max('launched_at_ms').as('last'),
        row
          .selectFrom('sweep_trials')
          .whereRef('sweep_trials.sweep', '=', 'sweeps.sweep')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .as('trials'),
      ])
      .groupBy('sweeps.sweep')
      .orderBy(({ fn }) => fn.max('launch_id'), 'desc'),
  );
  const counts = new Map(readCounts(connection).map((row) => [row.sweep, row]));
  return rows.map((row) => ({
    name: row.sweep,
    description: row.description,
    metric: metricOf(row),
    engine: row.engine,
    source: (JSON.parse(row.card) as DataCard).source,
    trials: row.trials ?? 0,
    runs: counts.get(row.sweep)?.runs ?? 0,
    complete: counts.get(row.sweep)?.complete ?? 0,
    failed: counts.get(row.sweep)?.failed ?? 0,
    pruned: counts.get(row.sweep)?.pruned ?? 0,
    firstLaunchedAtMs: row.first,
    lastLaunchedAtMs: row.last,
  }));
}

function metricOf({
  metric: name,
  goal,
  metric_parameter,
  costs,
}: Pick<SweepsTable, 'metric' | 'goal' | 'metric_parameter' | 'costs'>): Metric {
  const metric = { name, goal, ...(metric_parameter === null ? {} : { parameter: metric_parameter }) };
  return withCosts(metric, costsOf(costs));
}

function costsOf(text: string | null): CostMatrix | null {
  return text === null ? null : (JSON.parse(text) as CostMatrix);
}

function readCounts(connection: Connection) {
  return connection.all(
    queries
      .selectFrom('sweep_runs')
      .leftJoin('run_states', 'run_states.run_id', 'sweep_runs.run_id')
      .select(({ fn }) => [
        'sweep',
        fn.countAll<number>().as('runs'),
        fn.countAll<number>().filterWhere('state', '=', 'complete').as('complete'),
        fn.countAll<number>().filterWhere('state', '=', 'failed').as('failed'),
        fn
          .countAll<number>()
          .filterWhere(
            rawByDialect<boolean>({ sqlite: isDroppedSql('sqlite'), postgres: isDroppedSql('postgres') }),
          )
          .as('pruned'),
      ])
      .groupBy('sweep'),
  );
}

/** Throws UserError unless a sweep has that name. */
export function requireSweep(connection: Connection, name: string): void {
  const names = connection.all(queries.selectFrom('sweeps').select('sweep')).map(({ sweep }) => sweep);
  if (names.includes(name)) return;
  throw unknownSweep(connection.path, name, names);
}

/** The sweep of that name, or the latest, with its dataset. */
export function readSweep(connection: Connection, name?: string): SweepDetail {
  if (name !== undefined) requireSweep(connection, name);
  const sweeps = readSweeps(connection);
  const summary = name === undefined ? sweeps[0] : sweeps.find((sweep) => sweep.name === name);
  const row = connection.first(
    queries
      .selectFrom('sweeps')
      .selectAll()
      .where('sweep', '=', summary?.name ?? ''),
  );
  if (summary === undefined || row === undefined) {
    throw noSweepYet(connection.path);
  }
  const recorded = JSON.parse(row.card) as DataCard;
  const card = { ...recorded, notes: [...recorded.notes, ...correctionNotes(connection, summary.name)] };
  const latest = connection.first(
    queries
      .selectFrom('launches')
      .select(['spec_file', 'environment'])
      .where('sweep', '=', summary.name)
      .orderBy('launch_id', 'desc')
      .limit(1),
  );
  return {
    ...summary,
    specFile: latest?.spec_file ?? null,
    environment: latest?.environment ?? null,
    specText: row.spec_text,
    baseline: readBaseline(connection, summary.name),
    costs: costsOf(row.costs),
    dataset: readDataset(connection, row.dataset, card),
  };
}

function readDataset(connection: Connection, fingerprint: string, card: DataCard): DatasetRecord {
  const [row] = connection.all(queries.selectFrom('datasets').selectAll().where('dataset', '=', fingerprint));
  if (row === undefined) throw new Error(`dataset ${fingerprint} is missing`);
  const classes = connection.all(
    queries
      .selectFrom('dataset_classes')
      .selectAll()
      .where('dataset', '=', fingerprint)
      .orderBy('class_index'),
  );
  const splits = connection.all(
    queries.selectFrom('seed_splits').selectAll().where('dataset', '=', fingerprint).orderBy('seed'),
  );
  return {
    fingerprint,
    rowCount: row.row_count,
    featureCount: row.feature_count,
    classNames: classes.map(({ class_name }) => class_name),
    rareClasses: classes.filter(({ is_rare }) => is_rare === 1).map(({ class_index }) => class_index),
    support: {
      train: classes.map(({ train_rows }) => train_rows),
      validation: classes.map(({ validation_rows }) => validation_rows),
      test: classes.map(({ test_rows }) => test_rows),
    },
    validationLabels: toUint16(row.validation_labels),
    testLabels: toUint16(row.test_labels),
    ...(splits.length > 0 && {
      validationRows: new Map(splits.map(({ seed, validation_rows }) => [seed, toUint32(validation_rows)])),
    }),
    card,
  };
}

/** What a sweep says of one of its trials. */
export function placeOf(
  row: Pick<SweepTrialsTable, 'point' | 'added_baseline'> & { readonly space: string | null },
): Pick<TrialRow, 'point' | 'addedBaseline' | 'space'> {
  return {
    point: JSON.parse(row.point) as ParameterPoint,
    addedBaseline: row.added_baseline === 1,
    ...(row.space !== null && { space: row.space }),
  };
}

const DROPPED = sql<{
  readonly sweep: string;
  readonly trial_id: string;
  readonly reason: string;
}>`(${rawByDialect({ sqlite: droppedTrialsSql('sqlite'), postgres: droppedTrialsSql('postgres') })})`;

/** The sweep's trials in plan order. */
export function readTrials(
  connection: Connection,
  sweep: string,
  { skip, take }: Stretch = { skip: 0, take: Number.MAX_SAFE_INTEGER },
): readonly TrialRow[] {
  requireSweep(connection, sweep);
  const rows = connection.all(
    queries
      .selectFrom('sweep_trials')
      .innerJoin('trials', 'trials.trial_id', 'sweep_trials.trial_id')
      .leftJoin('trial_spaces', (join) =>
        join
          .onRef('trial_spaces.sweep', '=', 'sweep_trials.sweep')
          .onRef('trial_spaces.trial_id', '=', 'sweep_trials.trial_id'),
      )
      .leftJoin(DROPPED.as('left'), (join) =>
        join
          .onRef('left.sweep', '=', 'sweep_trials.sweep')
          .onRef('left.trial_id', '=', 'sweep_trials.trial_id'),
      )
      .selectAll(['sweep_trials', 'trials'])
      .select(['space', normalizeOf, 'reason'])
      .where('sweep_trials.sweep', '=', sweep)
      // Positions are 0, 1, 2, …
      .where('position', '>=', skip)
      .where('position', '<', skip + take)
      .orderBy('position'),
  );
  return rows.map((row) => ({
    trialId: row.trial_id,
    engine: row.engine,
    config: configurationOf(row.config, row),
    ...placeOf(row),
    position: row.position,
    ...(row.reason !== null && { dropped: row.reason }),
  }));
}

/** The sweep's finished runs, by trial position, then seed. */
export function readRuns(connection: Connection, sweep: string): readonly RunRow[] {
  requireSweep(connection, sweep);
  const rows = connection.all(
    queries
      .selectFrom('sweep_runs')
      .innerJoin('runs', 'runs.run_id', 'sweep_runs.run_id')
      .innerJoin('results', 'results.run_id', 'runs.run_id')
      .innerJoin('split_metrics', (join) =>
        join.onRef('split_metrics.run_id', '=', 'runs.run_id').on('split_metrics.split', '=', 'validation'),
      )
      .leftJoin('expected_costs', (join) =>
        join
          .onRef('expected_costs.run_id', '=', 'runs.run_id')
          .onRef('expected_costs.sweep', '=', 'sweep_runs.sweep')
          .on('expected_costs.split', '=', 'validation'),
      )
      .innerJoin('sweep_trials', (join) =>
        join
          .onRef('sweep_trials.sweep', '=', 'sweep_runs.sweep')
          .onRef('sweep_trials.trial_id', '=', 'runs.trial_id'),
      )
      .leftJoin('run_states', 'run_states.run_id', 'runs.run_id')
      .selectAll(['results', 'split_metrics'])
      .select(['runs.run_id', 'runs.trial_id', 'seed', 'duration_ms', 'expected_cost'])
      .where('sweep_runs.sweep', '=', sweep)
      .orderBy('position')
      .orderBy('seed'),
  );
  return rows.map((row) => ({
    runId: row.run_id,
    trialId: row.trial_id,
    seed: row.seed,
    epochsTrained: row.epochs_trained,
    chosenEpoch: row.chosen_epoch,
    stoppedBy: row.stopped_by,
    validationLoss: real(row.loss),
    validation: metricsOf(row),
    durationMs: row.duration_ms,
  }));
}

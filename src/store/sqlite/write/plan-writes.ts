import { hostname } from 'node:os';
import { machine, packageVersion } from '../../../environment.js';
import { UserError } from '../../../errors.js';
import type { RunState } from '../../../sweep.js';
import { configurationJson } from '../../configuration.js';
import type { DatasetRecord, SweepRecord } from '../../store.js';
import { fromUint16 } from '../blobs.js';
import { type Connection, queries } from '../file/connection.js';
import { deletePlanChecksums, insertWithChecksums } from '../integrity/checksums.js';
import { interruptAbandonedRuns } from './abandoned-runs.js';

/** Records the plan of a sweep, new or known. */
export function recordPlan(connection: Connection, sweep: SweepRecord): void {
  refuseOtherDataset(connection, sweep);
  insertDataset(connection, sweep.dataset);
  recordLaunch(connection, sweep);
  insertTrialsAndRuns(connection, sweep);
  replaceMembers(connection, sweep);
}

function refuseOtherDataset(connection: Connection, sweep: SweepRecord): void {
  const known = connection.first(
    queries.selectFrom('sweeps').select('dataset').where('sweep', '=', sweep.name),
  );
  if (known === undefined || known.dataset === sweep.dataset.fingerprint) return;
  throw new UserError(
    `the sweep "${sweep.name}" has results of other data (fingerprint ${known.dataset.slice(0, 8)}, now ${sweep.dataset.fingerprint.slice(0, 8)})`,
    {
      where: connection.path,
      fix: 'Choose another `name:` for the new data, or restore the table, the split and the rare classes as they were.',
    },
  );
}

function insertDataset(connection: Connection, dataset: DatasetRecord): void {
  insertWithChecksums(connection, 'datasets', [
    {
      dataset: dataset.fingerprint,
      row_count: dataset.rowCount,
      feature_count: dataset.featureCount,
      validation_labels: fromUint16(dataset.validationLabels),
      test_labels: fromUint16(dataset.testLabels),
    },
  ]);
  insertWithChecksums(
    connection,
    'dataset_classes',
    dataset.classNames.map((class_name, class_index) => ({
      dataset: dataset.fingerprint,
      class_index,
      class_name,
      is_rare: dataset.rareClasses.includes(class_index) ? 1 : 0,
      train_rows: dataset.support.train[class_index] ?? 0,
      validation_rows: dataset.support.validation[class_index] ?? 0,
      test_rows: dataset.support.test[class_index] ?? 0,
    })),
  );
}

function recordLaunch(connection: Connection, sweep: SweepRecord): void {
  const { name, description, specText, metric, engine, dataset } = sweep;
  const about = {
    description,
    spec_text: specText,
    metric: metric.name,
    goal: metric.goal,
    engine,
    dataset: dataset.fingerprint,
    card: JSON.stringify(dataset.card),
  };
  connection.execute(queries.updateTable('sweeps').set(about).where('sweep', '=', name));
  deletePlanChecksums(connection, name);
  insertWithChecksums(connection, 'sweeps', [{ sweep: name, ...about }]);
  connection.insertAll('launches', [
    {
      sweep: name,
      launched_at_ms: Date.now(),
      host: hostname(),
      pid: process.pid,
      spec_file: sweep.specFile,
      environment: `focalsweep ${packageVersion()}, ${machine()}`,
    },
  ]);
}

/** Trials and runs are only ever added: other sweeps may share them. */
function insertTrialsAndRuns(connection: Connection, sweep: SweepRecord): void {
  insertWithChecksums(
    connection,
    'trials',
    sweep.trials.map(({ trialId, config }) => ({
      trial_id: trialId,
      dataset: sweep.dataset.fingerprint,
      metric: sweep.metric.name,
      goal: sweep.metric.goal,
      engine: sweep.engine,
      config: configurationJson(config),
    })),
  );
  insertWithChecksums(
    connection,
    'runs',
    sweep.runs.map(({ runId, trialId, seed }) => ({ run_id: runId, trial_id: trialId, seed })),
  );
}

/** The sweep has the trials and runs of this plan, no others. */
function replaceMembers(connection: Connection, sweep: SweepRecord): void {
  connection.execute(queries.deleteFrom('sweep_runs').where('sweep', '=', sweep.name));
  connection.execute(queries.deleteFrom('sweep_trials').where('sweep', '=', sweep.name));
  const trials = sweep.trials.map((trial, position) => ({
    sweep: sweep.name,
    trial_id: trial.trialId,
    position,
    point: JSON.stringify(trial.point),
    added_baseline: trial.addedBaseline ? 1 : 0,
  }));
  const runs = sweep.runs.map(({ runId }) => ({ sweep: sweep.name, run_id: runId }));
  insertWithChecksums(connection, 'sweep_trials', byKey(trials, 'trial_id'));
  insertWithChecksums(connection, 'sweep_runs', byKey(runs, 'run_id'));
}

/** In the order of an id, as checksums want them. */
function byKey<Key extends string, Row extends { readonly [name in Key]: string }>(
  rows: readonly Row[],
  key: Key,
): readonly Row[] {
  return rows.toSorted((a, b) => (a[key] < b[key] ? -1 : 1));
}

/** The state of each run of a plan; what a dead process left running is interrupted. */
export function settledStates(connection: Connection, sweep: SweepRecord): ReadonlyMap<string, RunState> {
  interruptAbandonedRuns(connection, sweep.name);
  const happened = connection.all(
    queries
      .selectFrom('sweep_runs')
      .innerJoin('run_states', 'run_states.run_id', 'sweep_runs.run_id')
      .select(['sweep_runs.run_id', 'state'])
      .where('sweep', '=', sweep.name),
  );
  const states = new Map(happened.map(({ run_id, state }) => [run_id, state]));
  return new Map(sweep.runs.map(({ runId }) => [runId, states.get(runId) ?? 'waiting']));
}

import { hostname } from 'node:os';
import { machine, packageVersion } from '../environment.js';
import { UserError } from '../errors.js';
import type { RunState } from '../sweep.js';
import { interruptAbandonedRuns } from './abandoned-runs.js';
import { fromUint16 } from './blobs.js';
import { writeChecksums } from './checksums.js';
import { type Connection, queries } from './connection.js';
import { toKnobColumns } from './knob-columns.js';
import type { DatasetRecord, SweepRecord } from './store.js';

/** Records the plan of a sweep, new or known, and gives back the state of each of its runs. */
export function openSweep(connection: Connection, sweep: SweepRecord): ReadonlyMap<string, RunState> {
  refuseOtherDataset(connection, sweep);
  insertDataset(connection, sweep.dataset);
  recordLaunch(connection, sweep);
  insertTrialsAndRuns(connection, sweep);
  replaceMembers(connection, sweep);
  writePlanChecksums(connection, sweep);
  interruptAbandonedRuns(connection, sweep.name);
  return runStates(connection, sweep);
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
  connection.insertAll('datasets', [
    {
      dataset: dataset.fingerprint,
      row_count: dataset.rowCount,
      feature_count: dataset.featureCount,
      validation_labels: fromUint16(dataset.validationLabels),
      test_labels: fromUint16(dataset.testLabels),
    },
  ]);
  connection.insertAll(
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
  connection.execute(
    queries
      .insertInto('sweeps')
      .values({ sweep: name, ...about })
      .onConflict((key) => key.column('sweep').doUpdateSet(about)),
  );
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
  connection.insertAll(
    'trials',
    sweep.trials.map(({ trialId, config }) => ({
      trial_id: trialId,
      dataset: sweep.dataset.fingerprint,
      metric: sweep.metric.name,
      goal: sweep.metric.goal,
      engine: sweep.engine,
      ...toKnobColumns(config),
    })),
  );
  connection.insertAll(
    'runs',
    sweep.runs.map(({ runId, trialId, seed }) => ({ run_id: runId, trial_id: trialId, seed })),
  );
}

/** The sweep has the trials and runs of this plan, no others. */
function replaceMembers(connection: Connection, sweep: SweepRecord): void {
  connection.execute(queries.deleteFrom('sweep_runs').where('sweep', '=', sweep.name));
  connection.execute(queries.deleteFrom('sweep_trials').where('sweep', '=', sweep.name));
  connection.insertAll(
    'sweep_trials',
    sweep.trials.map((trial, position) => ({
      sweep: sweep.name,
      trial_id: trial.trialId,
      position,
      point: JSON.stringify(trial.point),
      added_baseline: trial.addedBaseline ? 1 : 0,
    })),
  );
  connection.insertAll(
    'sweep_runs',
    sweep.runs.map(({ runId }) => ({ sweep: sweep.name, run_id: runId })),
  );
}

/** Of rows that were there before, the checksums stay: they tell whether the rows are still the same. */
function writePlanChecksums(connection: Connection, sweep: SweepRecord): void {
  const unsummed = (part: string, ids: readonly string[]): readonly string[] => {
    const summed = new Set(
      connection
        .all(queries.selectFrom('checksums').select('owner').where('part', '=', part))
        .map(({ owner }) => owner),
    );
    return ids.filter((id) => !summed.has(id));
  };
  writeChecksums(connection, 'dataset', unsummed('datasets', [sweep.dataset.fingerprint]));
  const trials = sweep.trials.map(({ trialId }) => trialId);
  writeChecksums(connection, 'trial_id', unsummed('trials', trials));
  const runs = sweep.runs.map(({ runId }) => runId);
  writeChecksums(connection, 'run_id', unsummed('runs', runs));
  writeChecksums(connection, 'sweep', [sweep.name]);
}

function runStates(connection: Connection, sweep: SweepRecord): ReadonlyMap<string, RunState> {
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

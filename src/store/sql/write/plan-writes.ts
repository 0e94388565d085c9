import { hostname } from 'node:os';
import { machine, packageVersion } from '../../../environment.js';
import type { RunState, Trial } from '../../../sweep.js';
import { canonicalJson } from '../../../wording/canonical-json.js';
import { datasetClassRows, datasetRow, seedSplitRows, trialRow } from '../../content/plan-rows.js';
import { otherDataset } from '../../refusals.js';
import type { DatasetRecord, SweepRecord } from '../../store.js';
import { type Connection, listed, queries } from '../connection.js';
import { interruptAbandonedRuns } from '../hold/abandoned-runs.js';
import {
  deletePlanChecksums,
  insertWithChecksums,
  rewriteChecksums,
  verify,
} from '../integrity/checksums.js';
import { forgetChoices } from './choice-writes.js';
import { renewExpectedCosts } from './expected-costs.js';

/** Records the plan of a sweep, new or known. */
export function recordPlan(connection: Connection, sweep: SweepRecord): void {
  refuseOtherDataset(connection, sweep);
  insertDataset(connection, sweep.dataset);
  recordLaunch(connection, sweep);
  insertTrialsAndRuns(connection, sweep);
  replaceMembers(connection, sweep);
  forgetChoices(connection, [sweep.name]);
  renewExpectedCosts(connection, sweep.name);
}

/** Adds the trials and runs of a record to a sweep; existing ones keep their positions. */
export function extendPlan(connection: Connection, sweep: SweepRecord): void {
  refuseOtherDataset(connection, sweep);
  verify(connection, 'sweep', [sweep.name], MEMBERS);
  insertTrialsAndRuns(connection, sweep);
  const known = connection.all(
    queries.selectFrom('sweep_trials').select(['trial_id', 'position']).where('sweep', '=', sweep.name),
  );
  const members = new Set(known.map(({ trial_id }) => trial_id));
  const first = Math.max(-1, ...known.map(({ position }) => position)) + 1;
  const added = sweep.trials.filter(({ trialId }) => !members.has(trialId));
  connection.insertAll('sweep_trials', trialMembers(sweep.name, added, first));
  connection.insertAll('trial_spaces', spaceMembers(sweep.name, added));
  connection.insertAll('sweep_runs', runMembers(sweep));
  rewriteChecksums(connection, 'sweep', [sweep.name], MEMBERS);
  renewExpectedCosts(connection, sweep.name);
}

const MEMBERS = ['sweep_trials', 'trial_spaces', 'sweep_runs'];

function refuseOtherDataset(connection: Connection, sweep: SweepRecord): void {
  const known = connection.first(
    queries.selectFrom('sweeps').select('dataset').where('sweep', '=', sweep.name),
  );
  if (known === undefined || known.dataset === sweep.dataset.fingerprint) return;
  throw otherDataset(connection.path, sweep, known.dataset);
}

function insertDataset(connection: Connection, dataset: DatasetRecord): void {
  insertWithChecksums(connection, 'datasets', [datasetRow(dataset)]);
  insertWithChecksums(connection, 'dataset_classes', datasetClassRows(dataset));
  insertSeedSplits(connection, dataset);
}

/** Later launches may add seeds. */
function insertSeedSplits(connection: Connection, dataset: DatasetRecord): void {
  const rows = seedSplitRows(dataset);
  if (rows.length === 0) return;
  const owner = [dataset.fingerprint];
  verify(connection, 'dataset', owner, ['seed_splits']);
  connection.insertAll('seed_splits', rows);
  rewriteChecksums(connection, 'dataset', owner, ['seed_splits']);
}

function recordLaunch(connection: Connection, sweep: SweepRecord): void {
  const { name, description, specText, metric, engine, dataset, costs, baseline } = sweep;
  const about = {
    description,
    spec_text: specText,
    metric: metric.name,
    goal: metric.goal,
    engine,
    dataset: dataset.fingerprint,
    card: JSON.stringify(dataset.card),
    metric_parameter: metric.parameter ?? null,
    costs: costs == null ? null : JSON.stringify(costs),
  };
  connection.execute(queries.updateTable('sweeps').set(about).where('sweep', '=', name));
  connection.execute(queries.deleteFrom('sweep_baselines').where('sweep', '=', name));
  deletePlanChecksums(connection, name);
  insertWithChecksums(connection, 'sweeps', [{ sweep: name, ...about }]);
  if (baseline != null)
    insertWithChecksums(connection, 'sweep_baselines', [{ sweep: name, baseline: canonicalJson(baseline) }]);
  connection.insertAll('launches', [
    {
      sweep: name,
      launched_at_ms: connection.now(),
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
    sweep.trials.map((trial) => trialRow(trial, sweep)),
  );
  insertWithChecksums(
    connection,
    'runs',
    sweep.runs.map(({ runId, trialId, seed }) => ({ run_id: runId, trial_id: trialId, seed })),
  );
}

/** Afterwards the sweep has exactly the trials and runs of this plan. */
function replaceMembers(connection: Connection, sweep: SweepRecord): void {
  connection.execute(queries.deleteFrom('sweep_runs').where('sweep', '=', sweep.name));
  connection.execute(queries.deleteFrom('trial_spaces').where('sweep', '=', sweep.name));
  connection.execute(queries.deleteFrom('sweep_trials').where('sweep', '=', sweep.name));
  insertWithChecksums(connection, 'sweep_trials', byKey(trialMembers(sweep.name, sweep.trials), 'trial_id'));
  insertWithChecksums(connection, 'trial_spaces', byKey(spaceMembers(sweep.name, sweep.trials), 'trial_id'));
  insertWithChecksums(connection, 'sweep_runs', byKey(runMembers(sweep), 'run_id'));
}

function trialMembers(sweep: string, trials: readonly Trial[], first = 0) {
  return trials.map((trial, at) => ({
    sweep,
    trial_id: trial.trialId,
    position: first + at,
    point: JSON.stringify(trial.point),
    added_baseline: trial.addedBaseline ? 1 : 0,
  }));
}

function spaceMembers(sweep: string, trials: readonly Trial[]) {
  return trials.flatMap(({ trialId, space }) =>
    space === undefined ? [] : [{ sweep, trial_id: trialId, space }],
  );
}

function runMembers({ name, runs }: SweepRecord) {
  return runs.map(({ runId }) => ({ sweep: name, run_id: runId }));
}

/** Sorted by an id, as checksums need them. */
function byKey<Key extends string, Row extends { readonly [name in Key]: string }>(
  rows: readonly Row[],
  key: Key,
): readonly Row[] {
  return rows.toSorted((a, b) => (a[key] < b[key] ? -1 : 1));
}

/** The state of each run of a plan; runs that a dead process left running become interrupted. */
export function settledStates(connection: Connection, sweep: SweepRecord): ReadonlyMap<string, RunState> {
  interruptAbandonedRuns(connection, sweep.name);
  return readStates(
    connection,
    sweep.runs.map(({ runId }) => runId),
  );
}

/** The state of each of some runs. */
export function readStates(connection: Connection, runIds: readonly string[]): ReadonlyMap<string, RunState> {
  const happened = connection.all(
    queries.selectFrom('run_states').select(['run_id', 'state']).where('run_id', 'in', listed(runIds)),
  );
  const states = new Map(happened.map(({ run_id, state }) => [run_id, state]));
  return new Map(runIds.map((runId) => [runId, states.get(runId) ?? 'waiting']));
}

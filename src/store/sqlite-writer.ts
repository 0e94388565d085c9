import { hostname, uptime } from 'node:os';
import { EXIT, UserError } from '../errors.js';
import type { RunState } from '../sweep.js';
import { fromUint16 } from './blobs.js';
import { type Connection, queries } from './connection.js';
import { toKnobColumns } from './knob-columns.js';
import { insertResult } from './result-rows.js';
import type {
  AttemptEnd,
  AttemptStart,
  DatasetRecord,
  StoreEvent,
  SweepRecord,
  SweepWriter,
} from './store.js';

/** A writer on an open database. */
export function sqliteWriter(connection: Connection): SweepWriter {
  return {
    open: (sweep) =>
      connection.transaction(() => {
        refuseOtherDataset(connection, sweep);
        insertDataset(connection, sweep.dataset);
        insertPlan(connection, sweep);
        interruptAbandonedRuns(connection, sweep.name);
        return runStates(connection, sweep);
      }),
    record: (events) =>
      connection.transaction(() => {
        for (const event of events) apply(connection, event);
      }),
    close: () => connection.close(),
  };
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
      exitCode: EXIT.usage,
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

/** Trials and runs are only ever added; membership becomes that of this plan. */
function insertPlan(connection: Connection, sweep: SweepRecord): void {
  const { name } = sweep;
  const { name: metric, goal } = sweep.metric;
  const about = {
    description: sweep.description,
    spec_text: sweep.specText,
    metric,
    goal,
    engine: sweep.engine,
    dataset: sweep.dataset.fingerprint,
    card: JSON.stringify(sweep.dataset.card),
  };
  connection.execute(
    queries
      .insertInto('sweeps')
      .values({ sweep: name, ...about })
      .onConflict((key) => key.column('sweep').doUpdateSet(about)),
  );
  const launch = { sweep: name, launched_at_ms: Date.now(), host: hostname(), pid: process.pid };
  connection.insertAll('launches', [launch]);
  connection.insertAll(
    'trials',
    sweep.trials.map(({ trialId, config }) => ({
      trial_id: trialId,
      dataset: sweep.dataset.fingerprint,
      metric,
      goal,
      engine: sweep.engine,
      ...toKnobColumns(config),
    })),
  );
  connection.insertAll(
    'runs',
    sweep.runs.map(({ runId, trialId, seed }) => ({ run_id: runId, trial_id: trialId, seed })),
  );
  connection.execute(queries.deleteFrom('sweep_runs').where('sweep', '=', name));
  connection.execute(queries.deleteFrom('sweep_trials').where('sweep', '=', name));
  connection.insertAll(
    'sweep_trials',
    sweep.trials.map((trial, position) => ({
      sweep: name,
      trial_id: trial.trialId,
      position,
      point: JSON.stringify(trial.point),
      added_baseline: trial.addedBaseline ? 1 : 0,
    })),
  );
  connection.insertAll(
    'sweep_runs',
    sweep.runs.map(({ runId }) => ({ sweep: name, run_id: runId })),
  );
}

/** Runs that a dead process left behind are to be trained again; those of a living one stay running. */
function interruptAbandonedRuns(connection: Connection, sweep: string): void {
  const running = connection.all(
    queries
      .selectFrom('sweep_runs')
      .innerJoin('run_states', 'run_states.run_id', 'sweep_runs.run_id')
      .innerJoin('attempts', 'attempts.run_id', 'sweep_runs.run_id')
      .select(['attempt_id', 'attempts.run_id', 'host', 'pid', 'started_at_ms'])
      .where('sweep_runs.sweep', '=', sweep)
      .where('state', '=', 'running')
      .where('ended_at_ms', 'is', null),
  );
  for (const attempt of running) {
    if (isLiving(attempt)) continue;
    setState(connection, attempt.run_id, { state: 'interrupted' });
    connection.execute(
      queries
        .updateTable('attempts')
        .set({ ended_at_ms: Date.now(), error: 'the process that trained it is gone' })
        .where('attempt_id', '=', attempt.attempt_id),
    );
  }
}

/** Whether the process of an attempt may still train: another one of this machine, begun since it was started. */
function isLiving(attempt: {
  readonly host: string;
  readonly pid: number;
  readonly started_at_ms: number;
}): boolean {
  const bootedAtMs = Date.now() - uptime() * 1000;
  if (attempt.host !== hostname() || attempt.pid === process.pid || attempt.started_at_ms < bootedAtMs) {
    return false;
  }
  try {
    process.kill(attempt.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
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

function apply(connection: Connection, event: StoreEvent): void {
  if (event.type === 'started') {
    startAttempt(connection, event.attempt);
    return;
  }
  endAttempt(connection, event.attempt);
  const { runId, durationMs, error } = event.attempt;
  if (event.type === 'complete') {
    insertResult(connection, event.result);
    setState(connection, runId, { state: 'complete', error: null, duration_ms: durationMs });
  } else {
    setState(connection, runId, { state: event.type, error: error ?? null });
  }
}

function startAttempt(connection: Connection, attempt: AttemptStart): void {
  connection.insertAll('attempts', [
    {
      run_id: attempt.runId,
      sweep: attempt.sweep,
      worker: attempt.worker,
      host: hostname(),
      pid: process.pid,
      started_at_ms: attempt.startedAtMs,
      ended_at_ms: null,
      duration_ms: null,
      error: null,
    },
  ]);
  connection.execute(
    queries
      .insertInto('run_states')
      .values({ run_id: attempt.runId, state: 'waiting', error: null, attempts: 1, duration_ms: null })
      .onConflict((key) =>
        key.column('run_id').doUpdateSet((row) => ({ attempts: row('run_states.attempts', '+', 1) })),
      ),
  );
  setState(connection, attempt.runId, { state: 'running', error: null });
}

function endAttempt(connection: Connection, attempt: AttemptEnd): void {
  connection.execute(
    queries
      .updateTable('attempts')
      .set({
        ended_at_ms: attempt.endedAtMs,
        duration_ms: attempt.durationMs,
        error: attempt.error ?? null,
      })
      .where('run_id', '=', attempt.runId)
      .where('pid', '=', process.pid)
      .where('ended_at_ms', 'is', null),
  );
}

interface StateChange {
  readonly state: RunState;
  readonly error?: string | null;
  readonly duration_ms?: number;
}

/** A complete run stays complete, whatever another attempt comes to. */
function setState(connection: Connection, runId: string, change: StateChange): void {
  connection.execute(
    queries
      .insertInto('run_states')
      .values({ run_id: runId, error: null, attempts: 0, duration_ms: null, ...change })
      .onConflict((key) =>
        key.column('run_id').doUpdateSet(change).where('run_states.state', '!=', 'complete'),
      ),
  );
}

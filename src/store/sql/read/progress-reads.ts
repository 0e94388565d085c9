import type { EpochRecord } from '../../../sweep.js';
import { byRun } from '../../content/by-run.js';
import { epochOf } from '../../content/result-rows.js';
import type { RunProgress } from '../../store.js';
import { type Connection, listed, queries } from '../connection.js';
import { verifyEpochs } from '../integrity/epoch-checksums.js';
import { requireSweep } from './sweep-reads.js';

/** Runs of the sweep without a result, by trial position, then seed, with their epochs so far. */
export function readProgress(connection: Connection, sweep: string): readonly RunProgress[] {
  requireSweep(connection, sweep);
  const runs = connection.all(
    queries
      .selectFrom('sweep_runs')
      .innerJoin('runs', 'runs.run_id', 'sweep_runs.run_id')
      .innerJoin('sweep_trials', (join) =>
        join
          .onRef('sweep_trials.sweep', '=', 'sweep_runs.sweep')
          .onRef('sweep_trials.trial_id', '=', 'runs.trial_id'),
      )
      .leftJoin('results', 'results.run_id', 'runs.run_id')
      .leftJoin('run_states', 'run_states.run_id', 'runs.run_id')
      .select(['runs.run_id', 'runs.trial_id', 'seed', 'state', 'attempts'])
      .where('sweep_runs.sweep', '=', sweep)
      .where('results.run_id', 'is', null)
      .orderBy('position')
      .orderBy('seed'),
  );
  const epochs = readLiveEpochs(
    connection,
    runs.map(({ run_id }) => run_id),
  );
  return runs.map(({ run_id, trial_id, seed, state, attempts }) => ({
    runId: run_id,
    trialId: trial_id,
    seed,
    state: state ?? 'waiting',
    attempts: attempts ?? 0,
    epochs: epochs.get(run_id) ?? [],
  }));
}

/** Epochs so far of runs without a result, in order, by run id. */
export function readLiveEpochs(
  connection: Connection,
  runIds: readonly string[],
): ReadonlyMap<string, readonly EpochRecord[]> {
  const rows = connection.all(
    queries
      .selectFrom('live_epochs')
      .selectAll()
      .where('run_id', 'in', listed(runIds))
      .orderBy('run_id')
      .orderBy('epoch'),
  );
  verifyEpochs(connection, rows);
  return byRun(rows, epochOf);
}

/** Epochs of finished runs, in order, by run id. */
export function readFinishedEpochs(
  connection: Connection,
  runIds: readonly string[],
): ReadonlyMap<string, readonly EpochRecord[]> {
  const rows = connection.all(
    queries
      .selectFrom('epochs')
      .selectAll()
      .where('run_id', 'in', listed(runIds))
      .orderBy('run_id')
      .orderBy('epoch'),
  );
  return byRun(rows, epochOf);
}

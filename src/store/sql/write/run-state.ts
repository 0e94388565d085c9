import type { RunState } from '../../../sweep.js';
import { type Connection, queries } from '../connection.js';

interface StateChange {
  readonly state: RunState;
  readonly error?: string | null;
  readonly duration_ms?: number;
}

/** Sets a run's state. A complete run stays complete, even if another attempt fails. */
export function setState(connection: Connection, runId: string, change: StateChange): void {
  connection.execute(
    queries
      .insertInto('run_states')
      .values({ run_id: runId, error: null, attempts: 0, duration_ms: null, ...change })
      .onConflict((key) =>
        key.column('run_id').doUpdateSet(change).where('run_states.state', '!=', 'complete'),
      ),
  );
}

/** Failed attempts by run id, of the sweep's runs that have any. */
export function readFailures(connection: Connection, sweep: string): ReadonlyMap<string, number> {
  const rows = connection.all(
    queries
      .selectFrom('sweep_runs')
      .innerJoin('run_states', 'run_states.run_id', 'sweep_runs.run_id')
      .select(['sweep_runs.run_id', 'failures'])
      .where('sweep', '=', sweep)
      .where('failures', '>', 0),
  );
  return new Map(rows.map(({ run_id, failures }) => [run_id, failures]));
}

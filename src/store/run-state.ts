import type { RunState } from '../sweep.js';
import { type Connection, queries } from './connection.js';

interface StateChange {
  readonly state: RunState;
  readonly error?: string | null;
  readonly duration_ms?: number;
}

/** Sets a run's state. A complete run stays complete, whatever another attempt comes to. */
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

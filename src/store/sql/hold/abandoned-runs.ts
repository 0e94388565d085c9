import { hostname } from 'node:os';
import { type Connection, queries } from '../connection.js';
import { setState } from '../write/run-state.js';
import { isClaimed } from './claims.js';
import { readHolder } from './holders.js';

/** Runs that a dead process left running, which will be trained again; those of a living process stay running. */
export function interruptAbandonedRuns(
  connection: Connection,
  sweep: string,
  action: 'interrupt' | 'list' = 'interrupt',
): readonly string[] {
  const running = connection.all(
    queries
      .selectFrom('sweep_runs')
      .innerJoin('run_states', 'run_states.run_id', 'sweep_runs.run_id')
      .innerJoin('attempts', 'attempts.run_id', 'sweep_runs.run_id')
      .select(['attempt_id', 'attempts.run_id', 'attempts.sweep', 'host', 'pid'])
      .where('sweep_runs.sweep', '=', sweep)
      .where('state', '=', 'running')
      .where('ended_at_ms', 'is', null),
  );
  const abandoned = running.filter((attempt) => !isLiving(connection, attempt));
  for (const attempt of action === 'list' ? [] : abandoned) {
    setState(connection, attempt.run_id, { state: 'interrupted' });
    connection.execute(
      queries
        .updateTable('attempts')
        .set({ ended_at_ms: connection.now(), error: 'the process that trained it is gone' })
        .where('attempt_id', '=', attempt.attempt_id),
    );
  }
  return abandoned.map(({ run_id }) => run_id);
}

interface Attempt {
  readonly run_id: string;
  readonly sweep: string;
  readonly host: string;
  readonly pid: number;
}

/** Whether the process of an attempt may still be training: the run is claimed, or another process holds the sweep. */
function isLiving(connection: Connection, { run_id, sweep, host, pid }: Attempt): boolean {
  if (isClaimed(connection, sweep, run_id)) return true;
  if (host === hostname() && pid === process.pid) return false;
  const holder = readHolder(connection, sweep);
  return holder?.pid === pid && holder.host === host;
}

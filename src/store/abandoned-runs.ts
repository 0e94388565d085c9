import { hostname, uptime } from 'node:os';
import { type Connection, queries } from './connection.js';
import { setState } from './run-state.js';

/** Runs that a dead process left behind, which are to be trained again; those of a living one stay running. */
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
      .select(['attempt_id', 'attempts.run_id', 'host', 'pid', 'started_at_ms'])
      .where('sweep_runs.sweep', '=', sweep)
      .where('state', '=', 'running')
      .where('ended_at_ms', 'is', null),
  );
  const abandoned = running.filter((attempt) => !isLiving(attempt));
  for (const attempt of action === 'list' ? [] : abandoned) {
    setState(connection, attempt.run_id, { state: 'interrupted' });
    connection.execute(
      queries
        .updateTable('attempts')
        .set({ ended_at_ms: Date.now(), error: 'the process that trained it is gone' })
        .where('attempt_id', '=', attempt.attempt_id),
    );
  }
  return abandoned.map(({ run_id }) => run_id);
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

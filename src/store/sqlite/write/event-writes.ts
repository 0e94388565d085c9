import { hostname } from 'node:os';
import type { AttemptEnd, AttemptStart, StoreEvent } from '../../store.js';
import { type Connection, queries } from '../file/connection.js';
import { insertResult } from './result-rows.js';
import { setState } from './run-state.js';

/** Applies one event. */
export function recordEvent(connection: Connection, event: StoreEvent): void {
  if (event.type === 'started') {
    startAttempt(connection, event.attempt);
    return;
  }
  endAttempt(connection, event.attempt);
  const { runId, durationMs, error } = event.attempt;
  if (event.type === 'complete') {
    insertResult(connection, event.result);
    setState(connection, runId, { state: 'complete', error: null, duration_ms: durationMs });
    return;
  }
  const state = event.type === 'retry' ? 'waiting' : event.type;
  setState(connection, runId, { state, error: error ?? null });
  if (event.type !== 'interrupted') countFailure(connection, runId);
}

function countFailure(connection: Connection, runId: string): void {
  connection.execute(
    queries
      .updateTable('run_states')
      .set((row) => ({ failures: row('failures', '+', 1) }))
      .where('run_id', '=', runId)
      .where('state', '!=', 'complete'),
  );
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

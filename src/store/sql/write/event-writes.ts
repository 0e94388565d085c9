import { hostname } from 'node:os';
import type { EpochRecord } from '../../../sweep.js';
import { type AttemptEvent, endsClaim, runOf } from '../../events.js';
import type { AttemptEnd, AttemptStart, StoreEvent } from '../../store.js';
import { type Connection, queries } from '../connection.js';
import { releaseClaims } from '../hold/claims.js';
import { endOffers, keepCheckpoint } from '../hold/offers.js';
import { recordLog } from '../kept/logs.js';
import { recordModel } from '../kept/models.js';
import { recordDecision } from './decision-writes.js';
import { deleteLiveEpochs, insertLiveEpochs } from './live-epochs.js';
import { insertResult } from './result-writes.js';
import { setState } from './run-state.js';

/** Applies events in order, epochs before the rest. */
export function recordEvents(connection: Connection, events: readonly StoreEvent[]): void {
  for (const [runId, epochs] of newEpochs(events)) insertLiveEpochs(connection, runId, epochs);
  for (const event of events) {
    if (event.type === 'decision') recordDecision(connection, event);
    else if (event.type === 'log') recordLog(connection, event.runId, event.log);
    else if (event.type === 'checkpoint') keepCheckpoint(connection, event.runId, event.checkpoint);
    else if (event.type !== 'epoch') recordRunEvent(connection, event);
  }
  const ofRuns = events.filter((event) => event.type !== 'decision');
  const finished = ofRuns.filter(({ type }) => type === 'complete').map(runOf);
  if (finished.length > 0) deleteLiveEpochs(connection, finished);
  endOffers(connection, ofRuns);
  const ended = ofRuns.flatMap(({ type, claim = [] }) => (endsClaim(type) ? claim : []));
  if (ended.length > 0) releaseClaims(connection, ended);
}

/** Epochs by run id, without runs that finish in the same batch: their results have them. */
function newEpochs(events: readonly StoreEvent[]): ReadonlyMap<string, readonly EpochRecord[]> {
  const byRun = new Map<string, EpochRecord[]>();
  for (const event of events) {
    if (event.type !== 'epoch') continue;
    const epochs = byRun.get(event.runId) ?? [];
    epochs.push(event.epoch);
    byRun.set(event.runId, epochs);
  }
  for (const event of events) if (event.type === 'complete') byRun.delete(event.result.runId);
  return byRun;
}

function recordRunEvent(connection: Connection, event: AttemptEvent): void {
  if (event.type === 'started') {
    startAttempt(connection, event.attempt);
    return;
  }
  endAttempt(connection, event.attempt);
  const { runId, durationMs, error } = event.attempt;
  if (event.type === 'complete') {
    insertResult(connection, event.result);
    if (event.model !== undefined) recordModel(connection, runId, event.model);
    setState(connection, runId, { state: 'complete', error: null, duration_ms: durationMs });
    return;
  }
  const state = event.type === 'retry' ? 'waiting' : event.type;
  setState(connection, runId, { state, error: error ?? null });
  if (event.type === 'failed' || event.type === 'retry') countFailure(connection, runId);
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

import { type RunEvent, runOf } from '../events.js';
import type { StoreEvent } from '../store.js';
import { knownSweep, type MemoryState, plannedRun } from './memory-state.js';

/** Applies events in order; throws before the first if one of them is about something that was never planned. */
export function applyEvents(state: MemoryState, events: readonly StoreEvent[]): void {
  for (const event of events) {
    if (event.type !== 'decision') plannedRun(state, runOf(event));
    if (event.type === 'decision') knownSweep(state, event.sweep);
    if (event.type === 'started') knownSweep(state, event.attempt.sweep);
  }
  for (const event of events) {
    if (event.type === 'decision') applyDecision(state, event);
    else applyRunEvent(state, event);
  }
}

function applyDecision(state: MemoryState, event: Extract<StoreEvent, { type: 'decision' }>): void {
  const { decisions } = knownSweep(state, event.sweep);
  const steps = decisions.get(event.search) ?? new Map<number, unknown>();
  if (!steps.has(event.step)) steps.set(event.step, structuredClone(event.decision));
  decisions.set(event.search, steps);
}

function applyRunEvent(state: MemoryState, event: RunEvent): void {
  const run = plannedRun(state, runOf(event));
  const isComplete = run.result !== undefined;
  if (event.type === 'epoch') {
    if (!isComplete && !run.liveEpochs.has(event.epoch.epoch))
      run.liveEpochs.set(event.epoch.epoch, event.epoch);
    return;
  }
  if (event.type === 'log') {
    run.log = event.log.slice();
    return;
  }
  if (event.type === 'checkpoint') {
    run.checkpoint = structuredClone(event.checkpoint);
    return;
  }
  if (event.type === 'started') {
    const { runId, sweep, worker, startedAtMs } = event.attempt;
    state.attempts.push({ runId, sweep, worker, startedAtMs, endedAtMs: null, error: null });
    run.attempts++;
    if (!isComplete) Object.assign(run, { state: 'running', error: null });
    return;
  }
  const { runId, endedAtMs, durationMs, error = null } = event.attempt;
  for (const attempt of state.attempts) {
    if (attempt.runId === runId && attempt.endedAtMs === null) Object.assign(attempt, { endedAtMs, error });
  }
  if (event.type === 'complete') {
    if (isComplete) return;
    const {
      validationLogits: validation,
      testLogits: test,
      columnImportance,
      scoreDraws,
      ...result
    } = structuredClone(event.result);
    const kept = { logits: { validation, test }, model: event.model?.slice(), columnImportance, scoreDraws };
    run.liveEpochs.clear();
    Object.assign(run, { state: 'complete', error: null, durationMs, result, ...kept });
  } else if (!isComplete) {
    Object.assign(run, { state: event.type === 'retry' ? 'waiting' : event.type, error });
    if (event.type === 'failed' || event.type === 'retry') run.failures++;
  }
}

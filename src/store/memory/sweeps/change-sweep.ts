import { heldByAnother, nameTaken } from '../../refusals.js';
import type { SweepLoss, SweepRenaming } from '../../store.js';
import { interruptAbandoned } from '../memory-plan.js';
import { holderOf, knownSweep, type MemoryState, type MemorySweep, plannedRun } from '../memory-state.js';

/** What deleting the sweep would lose: its runs, and those of its earlier launches, that no other sweep has. */
export function lossOfSweep(state: MemoryState, name: string): SweepLoss {
  const sweep = knownSweep(state, name);
  const isShared = (runId: string) =>
    [...state.sweeps.values()].some((other) => other !== sweep && other.runs.has(runId));
  const trained = state.attempts.filter((attempt) => attempt.sweep === name).map(({ runId }) => runId);
  const all = [...new Set([...sweep.runs, ...trained])];
  const runs = all.filter((runId) => !isShared(runId)).toSorted();
  const done = runs.map((runId) => plannedRun(state, runId)).filter(({ result }) => result !== undefined);
  return {
    runs,
    results: done.length,
    trainingMs: done.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0),
    shared: [...sweep.runs].filter(isShared).length,
  };
}

/** Deletes a sweep with all that no other one shares. */
export function deleteFromMemory(state: MemoryState, name: string): SweepLoss {
  const sweep = knownSweep(state, name);
  requireFreeSweep(state, name);
  interruptAbandoned(state, sweep);
  const loss = lossOfSweep(state, name);
  const trials = [...sweep.trials.keys(), ...loss.runs.map((id) => plannedRun(state, id).run.trialId)];
  retire(state, sweep);
  state.sweeps.delete(name);
  for (const runId of loss.runs) state.runs.delete(runId);
  const isOver = ({ runId, sweep: own }: { readonly runId: string; readonly sweep: string }) =>
    own === name || !state.runs.has(runId);
  const left = state.attempts.filter((attempt) => !isOver(attempt));
  state.attempts.splice(0, state.attempts.length, ...left);
  const others = [...state.sweeps.values()];
  const needed = new Set([
    ...others.flatMap((other) => [...other.trials.keys()]),
    ...[...state.runs.values()].map(({ run }) => run.trialId),
  ]);
  for (const trialId of trials) if (!needed.has(trialId)) state.trials.delete(trialId);
  const { fingerprint } = sweep.record.dataset;
  const isUsed =
    others.some(({ record }) => record.dataset.fingerprint === fingerprint) ||
    [...state.trials.values()].some((trial) => trial.sweep.dataset.fingerprint === fingerprint);
  if (!isUsed) state.datasets.delete(fingerprint);
  return loss;
}

/** Gives a sweep another name. */
export function renameInMemory(state: MemoryState, { sweep: name, to, specText }: SweepRenaming): void {
  const sweep = knownSweep(state, name);
  if (state.sweeps.has(to)) throw nameTaken(state.where, to);
  requireFreeSweep(state, name);
  retire(state, sweep);
  sweep.record = { ...sweep.record, name: to, specText: specText ?? sweep.record.specText };
  if (sweep.choices !== undefined) sweep.choices = { ...sweep.choices, sweep: to };
  state.sweeps.delete(name);
  state.sweeps.set(to, sweep);
  for (const [at, attempt] of state.attempts.entries()) {
    if (attempt.sweep === name) state.attempts[at] = { ...attempt, sweep: to };
  }
}

/** Throws UserError while a writer holds the sweep, or trains a run for it. */
export function requireFreeSweep(state: MemoryState, name: string): void {
  const sweep = knownSweep(state, name);
  const isClaimed = [...sweep.claims.values()].some(({ expiresAtMs }) => expiresAtMs > Date.now());
  if (sweep.holder === undefined && !isClaimed) return;
  throw heldByAnother(state.where, name, holderOf(sweep));
}

function retire(state: MemoryState, { token }: MemorySweep): void {
  state.tokens = Math.max(state.tokens, token);
}

import { machine, packageVersion } from '../../environment.js';
import type { Run, RunState } from '../../sweep.js';
import type { SweepRecord } from '../store.js';
import { type MemoryRun, type MemoryState, type MemorySweep, plannedRun } from './memory-state.js';

/** Records a launch; afterwards the sweep has exactly the trials and runs of this plan. */
export function recordLaunch(state: MemoryState, record: SweepRecord): MemorySweep {
  const known = state.sweeps.get(record.name);
  const sweep: MemorySweep = known ?? {
    record,
    launches: [],
    trials: new Map(),
    runs: new Set(),
    decisions: new Map(),
    claims: new Map(),
    offers: new Map(),
    shipped: [],
    choices: undefined,
    holder: undefined,
    // As in a database: the token of a deleted sweep of that name never comes again.
    token: state.tokens,
  };
  state.sweeps.set(record.name, sweep);
  sweep.record = record;
  sweep.choices = undefined;
  const environment = `focalsweep ${packageVersion()}, ${machine()}`;
  sweep.launches.push({ order: ++state.launches, atMs: Date.now(), environment });
  sweep.trials.clear();
  sweep.runs.clear();
  addMembers(state, sweep, record);
  return sweep;
}

/** Adds trials and runs to a sweep. They are never removed from the store: other sweeps may share them. */
export function addMembers(state: MemoryState, sweep: MemorySweep, record: SweepRecord): void {
  const { dataset } = record;
  const known = state.datasets.get(dataset.fingerprint);
  if (known === undefined) state.datasets.set(dataset.fingerprint, dataset);
  else if (dataset.validationRows !== undefined) {
    const validationRows = new Map([...(known.validationRows ?? []), ...dataset.validationRows]);
    state.datasets.set(dataset.fingerprint, { ...known, validationRows });
  }
  for (const trial of record.trials) {
    if (!sweep.trials.has(trial.trialId)) sweep.trials.set(trial.trialId, trial);
    if (!state.trials.has(trial.trialId)) {
      state.trials.set(trial.trialId, { config: trial.config, engine: trial.engine, sweep: record });
    }
  }
  for (const run of record.runs) {
    sweep.runs.add(run.runId);
    if (!state.runs.has(run.runId)) state.runs.set(run.runId, newRun(run));
  }
}

function newRun(run: Run): MemoryRun {
  return {
    run,
    state: 'waiting',
    error: null,
    attempts: 0,
    failures: 0,
    durationMs: null,
    result: undefined,
    log: undefined,
    checkpoint: undefined,
    columnImportance: undefined,
    scoreDraws: undefined,
    logits: {},
    model: undefined,
    liveEpochs: new Map(),
  };
}

/** The state of each run of a plan. */
export function plannedStates(state: MemoryState, { runs }: SweepRecord): ReadonlyMap<string, RunState> {
  return new Map(runs.map(({ runId }) => [runId, plannedRun(state, runId).state]));
}

/** Interrupts runs that an earlier writer left running; claimed ones continue. */
export function interruptAbandoned(state: MemoryState, sweep: MemorySweep): void {
  for (const attempt of state.attempts) {
    const claim = state.sweeps.get(attempt.sweep)?.claims.get(attempt.runId);
    const isLiving = claim !== undefined && claim.expiresAtMs > Date.now();
    const run = plannedRun(state, attempt.runId);
    if (isLiving || attempt.endedAtMs !== null || !sweep.runs.has(attempt.runId)) continue;
    if (run.state !== 'running') continue;
    run.state = 'interrupted';
    Object.assign(attempt, { endedAtMs: Date.now(), error: 'the process that trained it is gone' });
  }
}

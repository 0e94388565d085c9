import type { StoreKeeper } from '../store.js';
import { holderOf, knownSweep, type MemoryState, plannedRun } from './memory-state.js';
import { deleteFromMemory, lossOfSweep, renameInMemory } from './sweeps/change-sweep.js';
import { mergeIntoMemory } from './sweeps/merge-memory.js';
import { retryFailedInMemory } from './sweeps/retry-in-memory.js';

/** A keeper of a store in memory, where nothing can be damaged; `storeOf` finds others. */
export function memoryKeeper(state: MemoryState, storeOf: (name: string) => MemoryState): StoreKeeper {
  return {
    holder: async (sweep) => {
      const known = state.sweeps.get(sweep);
      return known && holderOf(known);
    },
    requestStop: async (sweep) => {
      const holder = state.sweeps.get(sweep)?.holder;
      if (holder !== undefined) holder.stopRequested = true;
    },
    retryFailed: async (sweep) => retryFailedInMemory(state, sweep),
    recordChoices: async (choices) => {
      const known = knownSweep(state, choices.sweep);
      if (known.holder !== undefined) return;
      const unknown = choices.choices.find(({ trialId }) => !state.trials.has(trialId));
      if (unknown !== undefined) throw new Error(`the trial ${unknown.trialId} was never planned`);
      known.choices = structuredClone(choices);
    },
    recordColumnImportance: async (runId, columns) => {
      const run = plannedRun(state, runId);
      if (run.result === undefined) throw new Error(`the run ${runId} has no result`);
      run.columnImportance = structuredClone(columns);
    },
    recordModel: async (runId, model) => {
      const run = plannedRun(state, runId);
      if (run.result === undefined) throw new Error(`the run ${runId} has no result`);
      run.model = model.slice();
    },
    lossOf: async (sweep) => lossOfSweep(state, sweep),
    deleteSweep: async (sweep) => deleteFromMemory(state, sweep),
    renameSweep: async (renaming) => renameInMemory(state, renaming),
    merge: async ({ from, sweeps }) => mergeIntoMemory(state, storeOf(from), sweeps),
    check: async () => ({
      results: [...state.runs.values()].filter(({ result }) => result !== undefined).length,
      problems: [],
    }),
    unusedBytes: async () => 0,
    compact: async () => {},
    unfinishedRuns: async () =>
      new Set([...state.runs].flatMap(([runId, { result }]) => (result === undefined ? [runId] : []))),
    close: async () => {},
  };
}

import { EXIT, UserError } from '../../errors.js';
import type { Store } from '../store.js';
import { memoryKeeper } from './memory-keeper.js';
import { memoryReader } from './memory-reader.js';
import { emptyState, type MemoryState } from './memory-state.js';
import { memoryWriter } from './memory-writer.js';

const states = new Map<string, MemoryState>();

/** A named store in this process, for tests and for programs without a file. It ends with the process. */
export function memoryStore(name: string): Store {
  const known = (wanted = name): MemoryState => {
    const state = states.get(wanted);
    if (state !== undefined) return state;
    throw new UserError('there is no store of that name in memory', {
      where: `memory:${wanted}`,
      fix: 'Open it for writing first.',
      exitCode: EXIT.database,
    });
  };
  return {
    exists: async () => states.has(name),
    reader: async () => memoryReader(known()),
    writer: async () => {
      const state = states.get(name) ?? emptyState(`memory:${name}`);
      states.set(name, state);
      return memoryWriter(state);
    },
    keeper: async () => memoryKeeper(known(), known),
  };
}

import { describe, it } from 'vitest';
import type { BackendName } from '../../src/engine/tfjs/backend.js';
import { loadTfjsEngine } from '../../src/engine/tfjs/tfjs-engine.js';
import { engineContract } from './engine-contract.js';

/** The contract for a backend that is an optional dependency; a file each, because a process can load one libtensorflow. */
export async function contractWhereInstalled(name: BackendName): Promise<void> {
  try {
    const engine = await loadTfjsEngine(name);
    engineContract(`tfjs/${name}`, async () => engine);
  } catch (error) {
    describe(`engine contract: tfjs/${name}`, () => {
      it.skip(`skipped: ${(error as Error).message}`, () => {});
    });
  }
}

import { describe, it } from 'vitest';
import { loadEngine } from '../../../../src/train/network/select-engine.js';
import type { BackendName } from '../../../../src/train/network/tfjs/backend.js';
import { engineTests } from '../engine-tests.js';

/** The contract for a backend that is an optional dependency; a file each, because a process can load one libtensorflow. */
export async function contractWhereInstalled(name: BackendName): Promise<void> {
  try {
    const engine = await loadEngine(`tfjs/${name}`);
    engineTests(`tfjs/${name}`, async () => engine);
  } catch (error) {
    describe(`engine contract: tfjs/${name}`, () => {
      it.skip(`skipped: ${(error as Error).message}`, () => {});
    });
  }
}

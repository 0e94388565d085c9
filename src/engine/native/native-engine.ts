import type { Engine, Trainer } from '../engine.js';
import { loadAddonKernels } from './addon.js';
import type { Kernel } from './kernel.js';
import { NativeLane } from './native-lane.js';

/** How the kernel is built. */
export type NativeBuild = 'addon' | 'wasm';

/** Whether a build of the kernel can be used here, and why not. */
export interface NativeProbe {
  readonly name: string;
  readonly available: boolean;
  readonly reason: string;
}

function trainerOf(lanes: NativeLane[]): Trainer {
  let live = lanes;
  const lane = (index: number): NativeLane => {
    const found = live[index];
    if (found === undefined) throw new RangeError(`lane ${index} of ${live.length}`);
    return found;
  };
  return {
    train: async (batches, first, count) =>
      batches.map((batch, index) => lane(index).train(batch, first, count)),
    predict: async (index, rows) => lane(index).predict(rows),
    weights: async (index) => lane(index).weights(),
    setWeights: async (index, weights) => lane(index).setWeights(weights),
    state: async (index) => lane(index).state(),
    setState: async (index, state) => lane(index).setState(state),
    keep: async (kept) => {
      const next = kept.map(lane);
      for (const old of live) if (!next.includes(old)) old.free();
      live = next;
    },
    dispose: () => {
      for (const old of live) old.free();
      live = [];
    },
  };
}

function engineOf(kernel: Kernel): Engine {
  return {
    id: kernel.id,
    defaultLanes: 1,
    start: async (dataset, shape, lanes, initial) =>
      trainerOf(
        lanes.map((settings, index) => {
          const lane = new NativeLane(kernel, dataset, shape, settings);
          lane.setWeights(initial[index] as Float32Array);
          return lane;
        }),
      ),
  };
}

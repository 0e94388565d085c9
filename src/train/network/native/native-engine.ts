import { fileURLToPath } from 'node:url';
import { EXIT, UserError } from '../../../errors.js';
import { PACKAGE_ROOT } from '../../../package-root.js';
import type { Availability } from '../../trainer.js';
import type { Engine, LaneProgram } from '../engine.js';
import { loadAddonKernels } from './addon.js';
import type { Kernel } from './kernel.js';
import { NativeLane } from './native-lane.js';
import { loadWasmKernel } from './wasm.js';

/** How the kernel is built. */
export type NativeBuild = 'addon' | 'wasm';

function programOf(lanes: NativeLane[]): LaneProgram {
  let live = lanes;
  const lane = (index: number): NativeLane => {
    const found = live[index];
    if (found === undefined) throw new RangeError(`lane ${index} of ${live.length}`);
    return found;
  };
  return {
    train: async (batches, first, count) =>
      batches.map((batch, index) => lane(index).train(batch, first, count)),
    evaluate: async (index, rows) => lane(index).evaluate(rows),
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
      programOf(
        lanes.map((settings, index) => {
          const lane = new NativeLane(kernel, dataset, shape, settings);
          lane.setWeights(initial[index] as Float32Array);
          return lane;
        }),
      ),
  };
}

/** The kernels of each build, fastest first. */
async function loadKernels(build: NativeBuild): Promise<readonly Kernel[]> {
  return build === 'addon' ? loadAddonKernels() : [await loadWasmKernel()];
}

/**
 * Loads a build of the native engine; `instructionSet` forces one of the addon's. Ids identify the bits: `native/addon@3` with
 * fused multiply-add, `native/wasm@3` for WebAssembly on every machine and for the addon's baseline. Throws UserError if
 * the build is missing.
 */
export async function loadNativeEngine(build: NativeBuild, instructionSet?: string): Promise<Engine> {
  let kernels: readonly Kernel[];
  try {
    kernels = await loadKernels(build);
  } catch (cause) {
    throw new UserError(`the engine native/${build} cannot be loaded: ${reasonOf(cause)}`, {
      fix: build === 'addon' ? `${REBUILD}, or use engine: native/wasm.` : 'Use engine: tfjs.',
      exitCode: EXIT.backendMissing,
      cause,
    });
  }
  const kernel = kernels.find((one) => instructionSet === undefined || one.instructionSet === instructionSet);
  if (kernel === undefined) throw new UserError(`this machine does not have ${instructionSet}`);
  return engineOf(kernel);
}

const BUILD_SCRIPT = fileURLToPath(new URL('scripts/build-native.mjs', PACKAGE_ROOT));
const REBUILD = `Build it with \`node ${BUILD_SCRIPT}\` (needs a C++ compiler)`;

function reasonOf(error: unknown): string {
  return (error as Error).message.split('\n')[0] ?? '';
}

/** Both builds, for `focalsweep doctor`. */
export async function probeNative(): Promise<readonly Availability[]> {
  const probe = async (build: NativeBuild): Promise<Availability> => {
    const name = `native/${build}`;
    try {
      const sets = (await loadKernels(build)).map(({ instructionSet }) => instructionSet);
      return { name, available: true, reason: `instruction sets: ${sets.join(', ')}` };
    } catch (error) {
      return {
        name,
        available: false,
        reason: `${reasonOf(error)}. ${build === 'addon' ? `${REBUILD}.` : ''}`.trim(),
      };
    }
  };
  return [await probe('addon'), await probe('wasm')];
}

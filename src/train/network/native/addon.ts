import { loadAddon } from '../../native-addon.js';
import { type Kernel, tooLargeForKernel } from './kernel.js';

/** The functions of native/addon.cc for one instruction set. */
interface AddonBuild {
  allocate(shape: Int32Array): Uint8Array | undefined;
  train(
    area: Uint8Array,
    features: Float32Array,
    labels: Int32Array,
    epoch: number,
    first: number,
    positions: number,
  ): void;
  evaluate(area: Uint8Array, features: Float32Array, labels: Int32Array, count: number): void;
  predict(area: Uint8Array, features: Float32Array, count: number): void;
  load(area: Uint8Array): void;
  save(area: Uint8Array): void;
}

/** The baseline has no fused multiply-add: its bits are WebAssembly's. */
const SAME_BITS_AS_WASM = new Set(['sse2']);

/** The addon's kernels for this machine by instruction set, fastest first. Throws if the addon is not built. */
export function loadAddonKernels(): readonly Kernel[] {
  return Object.entries(loadAddon() as Readonly<Record<string, AddonBuild>>).map(
    ([instructionSet, build]) => ({
      id: SAME_BITS_AS_WASM.has(instructionSet) ? 'native/wasm@3' : 'native/addon@3',
      instructionSet,
      open: ({ features, labels }, shape) => {
        const area = build.allocate(shape);
        if (area === undefined) throw tooLargeForKernel();
        return {
          buffer: area.buffer,
          byteOffset: area.byteOffset,
          train: (epoch, first, positions) => build.train(area, features, labels, epoch, first, positions),
          evaluate: (count) => build.evaluate(area, features, labels, count),
          predict: (count) => build.predict(area, features, count),
          load: () => build.load(area),
          save: () => build.save(area),
          free: () => {},
        };
      },
    }),
  );
}

import { readFile } from 'node:fs/promises';
import { PACKAGE_ROOT } from '../../../package-root.js';
import { type Kernel, type KernelArea, tooLargeForKernel } from './kernel.js';

/** The functions of native/kernel.cc; pointers are byte offsets in the memory. */
interface WasmExports {
  readonly __stack_pointer: WebAssembly.Global;
  areaBytes(shape: number): number;
  prepare(area: number, shape: number): void;
  train(
    area: number,
    features: number,
    labels: number,
    epoch: number,
    first: number,
    positions: number,
  ): void;
  evaluate(area: number, features: number, labels: number, count: number): void;
  predict(area: number, features: number, count: number): void;
  load(area: number): void;
  save(area: number): void;
}

const WASM_URL = new URL('native/focalsweep.wasm', PACKAGE_ROOT);
const PAGE_BYTES = 65_536;
/** A stack, followed by room for a shape. */
const OWN_BYTES = 2 * PAGE_BYTES;
const STACK_BYTES = PAGE_BYTES;

/** A thread's kernel in a dataset's memory. Memory cannot shrink, so freed areas are used again. */
class WasmInstance {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: WasmExports;
  readonly #shapeAt: number;
  readonly #free: { readonly at: number; readonly bytes: number }[] = [];

  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as WasmExports;
    const own = this.#grow(OWN_BYTES);
    this.#exports.__stack_pointer.value = own + STACK_BYTES;
    this.#shapeAt = own + STACK_BYTES;
  }

  open(features: number, labels: number, shape: Int32Array): KernelArea {
    const wasm = this.#exports;
    new Int32Array(this.#memory.buffer, this.#shapeAt, shape.length).set(shape);
    const bytes = wasm.areaBytes(this.#shapeAt);
    if (bytes === 0) throw tooLargeForKernel();
    const block = this.#take(bytes);
    wasm.prepare(block.at, this.#shapeAt);
    return {
      buffer: this.#memory.buffer,
      byteOffset: block.at,
      train: (epoch, first, positions) => wasm.train(block.at, features, labels, epoch, first, positions),
      evaluate: (count) => wasm.evaluate(block.at, features, labels, count),
      predict: (count) => wasm.predict(block.at, features, count),
      load: () => wasm.load(block.at),
      save: () => wasm.save(block.at),
      free: () => {
        this.#free.push(block);
      },
    };
  }

  #take(bytes: number): { readonly at: number; readonly bytes: number } {
    const index = this.#free.findIndex((block) => block.bytes >= bytes);
    const [block] = index < 0 ? [] : this.#free.splice(index, 1);
    return block ?? { at: this.#grow(bytes), bytes: Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES };
  }

  /** Other threads grow the same memory; each gets pages of its own. */
  #grow(bytes: number): number {
    try {
      return this.#memory.grow(Math.ceil(bytes / PAGE_BYTES)) * PAGE_BYTES;
    } catch (cause) {
      throw tooLargeForKernel(cause);
    }
  }
}

/** The kernel as WebAssembly, which reads the dataset in place. */
export async function loadWasmKernel(): Promise<Kernel> {
  const module = new WebAssembly.Module(await readFile(WASM_URL));
  const instances = new WeakMap<WebAssembly.Memory, WasmInstance>();
  return {
    id: 'native/wasm@3',
    instructionSet: 'simd128',
    open: ({ memory, features, labels }, shape) => {
      const instance = instances.get(memory) ?? new WasmInstance(module, memory);
      instances.set(memory, instance);
      return instance.open(features.byteOffset, labels.byteOffset, shape);
    },
  };
}

import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../../package-root.js';
import type { Margins } from '../margin-metrics.js';
import type { Deviations } from './deviations.js';

/** Draws that are computed side by side: DRAWS of native/resample.cc. */
export const DRAWS_AT_ONCE = 8;
/** Of a sum for each of them. */
export const SUMS_BYTES = 8 * DRAWS_AT_ONCE;

const ALIGNMENT = 64;
const PAGE_BYTES = 65_536;
const WASM_URL = new URL('native/resample.wasm', PACKAGE_ROOT);

/** What every wasm module has. */
export interface KernelMemory {
  readonly memory: WebAssembly.Memory<ArrayBuffer>;
  readonly __heap_base: WebAssembly.Global;
}

/** The functions of native/resample.cc; pointers are byte offsets in the memory. */
interface DrawKernel extends KernelMemory {
  draw(sample: number): void;
  count(sample: number, rows: number, to: number, count: number): void;
  weigh(weighing: number): void;
  countWeighed(weighing: number, rows: number, to: number, count: number): void;
}

/** A run's deviations in the memory. */
interface PlacedDeviations {
  readonly rows: number;
  readonly to: number;
  readonly count: number;
}

let compiled: WebAssembly.Module | undefined;

export interface DrawnRunsInput {
  readonly runs: readonly Deviations[];
  /** By class, its rows. */
  readonly support: Float64Array;
  /** The numbers that the kernel's struct begins with. */
  readonly counts: readonly number[];
  /** Lays out what its pointers point to, but for the sums, which come last. */
  readonly pointers: (memory: MemoryLayout) => readonly number[];
}

/** A kernel with a memory of its own, and the runs that it counts. */
export class DrawnRuns {
  readonly kernel: DrawKernel;
  /** Where the kernel's struct lies. */
  readonly at: number;
  readonly memory: ArrayBuffer;
  readonly #runs: readonly PlacedDeviations[];
  readonly #margins: readonly Margins[];

  constructor({ runs, support, counts, pointers }: DrawnRunsInput) {
    compiled ??= new WebAssembly.Module(readFileSync(WASM_URL));
    this.kernel = new WebAssembly.Instance(compiled).exports as unknown as DrawKernel;
    const layout = new MemoryLayout(this.kernel);
    const sums = [0, 1].map(() => layout.room(support.length * SUMS_BYTES)) as [number, number];
    this.at = layout.hold(Int32Array.from([...counts, ...pointers(layout), ...sums]));
    this.#runs = runs.map(({ rows, to }) => ({
      rows: layout.hold(rows),
      to: layout.hold(to),
      count: rows.length,
    }));
    this.memory = layout.write();
    this.#margins = marginsOfDraws(this.memory, sums, support);
  }

  /** A run's margins in each of the draws, until the next call. */
  count(by: 'count' | 'countWeighed', run: number): readonly Margins[] {
    const { rows, to, count } = this.#runs[run] as PlacedDeviations;
    this.kernel[by](this.at, rows, to, count);
    return this.#margins;
  }
}

/** Views of what the kernel has summed for a run: of each draw, by class. */
function marginsOfDraws(
  buffer: ArrayBuffer,
  [predicted, hits]: readonly [predicted: number, hits: number],
  support: Float64Array,
): readonly Margins[] {
  const { length } = support;
  return Array.from({ length: DRAWS_AT_ONCE }, (_, place) => ({
    support,
    predicted: new Float64Array(buffer, predicted + place * length * 8, length),
    hits: new Float64Array(buffer, hits + place * length * 8, length),
  }));
}

/** Where each array lies in the memory of a kernel. */
export class MemoryLayout {
  readonly #held: { readonly at: number; readonly values: ArrayBufferView }[] = [];
  readonly #memory: WebAssembly.Memory<ArrayBuffer>;
  #end: number;

  constructor({ memory, __heap_base: base }: KernelMemory) {
    this.#memory = memory;
    this.#end = base.value;
  }

  room(bytes: number): number {
    const at = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    this.#end = at + bytes;
    return at;
  }

  hold(values: ArrayBufferView): number {
    const at = this.room(values.byteLength);
    this.#held.push({ at, values });
    return at;
  }

  /** Grows the memory and writes the arrays into it. */
  write(): ArrayBuffer {
    const memory = this.#memory;
    memory.grow(Math.ceil(Math.max(0, this.#end - memory.buffer.byteLength) / PAGE_BYTES));
    const bytes = new Uint8Array(memory.buffer);
    for (const { at, values } of this.#held) {
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    }
    return memory.buffer;
  }
}

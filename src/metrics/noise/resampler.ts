import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../../package-root.js';
import type { Margins } from '../margin-metrics.js';
import type { Deviations, DeviationTable } from './deviations.js';

/** Draws that are computed side by side: DRAWS of native/resample.cc. */
export const DRAWS_AT_ONCE = 8;

const COUNTS_BYTES = 4 * DRAWS_AT_ONCE;
const SUMS_BYTES = 8 * DRAWS_AT_ONCE;
const ALIGNMENT = 64;
const PAGE_BYTES = 65_536;
const WASM_URL = new URL('native/resample.wasm', PACKAGE_ROOT);

/** The functions of native/resample.cc; pointers are byte offsets in the memory. */
interface WasmExports {
  readonly memory: WebAssembly.Memory<ArrayBuffer>;
  readonly __heap_base: WebAssembly.Global;
  draw(sample: number): void;
  count(sample: number, rows: number, to: number, count: number): void;
}

/** Rows of the classes, class after class, and where each class ends. */
export interface Strata {
  readonly rows: Int32Array;
  readonly ends: Int32Array;
}

export interface Resampling {
  readonly table: DeviationTable;
  /** The runs to count, some of the table's or all. */
  readonly runs: readonly Deviations[];
  readonly strata: Strata;
  /** Where the stream of random numbers begins: see `streamState`. */
  readonly state: Uint32Array;
}

/** A run's deviations in the memory. */
interface PlacedRun {
  readonly rows: number;
  readonly to: number;
  readonly count: number;
}

let compiled: WebAssembly.Module | undefined;

/**
 * Draws rows, a few times side by side, and gives runs' margins in them. Of a class with n rows, n − 1 are drawn with
 * replacement and weigh n / (n − 1) each; the one row of a class stays as it is.
 */
export class Resampler {
  readonly #wasm: WasmExports;
  readonly #sample: number;
  readonly #runs: readonly PlacedRun[];
  readonly #margins: readonly Margins[];

  constructor({ table, runs, strata, state }: Resampling) {
    compiled ??= new WebAssembly.Module(readFileSync(WASM_URL));
    this.#wasm = new WebAssembly.Instance(compiled).exports as unknown as WasmExports;
    const { reference, ends, hits } = table;
    const counts = [reference.length, strata.ends.length, table.actual.length] as const;
    const [rowCount, classCount, cells] = counts;
    const support = Float64Array.from(strata.ends, (end, cls) => end - (strata.ends[cls - 1] ?? 0));
    const memory = new Layout(this.#wasm.memory, this.#wasm.__heap_base.value);
    const sums = [0, 1].map(() => memory.room(classCount * SUMS_BYTES)) as [number, number];
    const pointers = [
      memory.hold(state),
      memory.hold(strata.rows),
      memory.hold(strata.ends),
      memory.hold(reference),
      memory.hold(ends),
      memory.hold(hits),
      memory.hold(Float64Array.from(table.actual, (cls) => weightOf(support[cls] as number))),
      memory.room(rowCount * COUNTS_BYTES),
      memory.room(cells * COUNTS_BYTES),
      memory.room(cells * COUNTS_BYTES),
      ...sums,
    ];
    this.#sample = memory.hold(Int32Array.from([...counts, ...pointers]));
    this.#runs = runs.map(({ rows, to }) => ({
      rows: memory.hold(rows),
      to: memory.hold(to),
      count: rows.length,
    }));
    const buffer = memory.write();
    this.#margins = Array.from({ length: DRAWS_AT_ONCE }, (_, place) => {
      const [predicted, found] = sums.map(
        (at) => new Float64Array(buffer, at + place * classCount * 8, classCount),
      );
      return { support, predicted: predicted as Float64Array, hits: found as Float64Array };
    });
  }

  /** Draws the rows of the next draws. */
  draw(): void {
    this.#wasm.draw(this.#sample);
  }

  /** A run's margins in each of the draws, until the next call. */
  count(run: number): readonly Margins[] {
    const { rows, to, count } = this.#runs[run] as PlacedRun;
    this.#wasm.count(this.#sample, rows, to, count);
    return this.#margins;
  }
}

function weightOf(rows: number): number {
  return rows / Math.max(1, rows - 1);
}

/** Where each array lies in the memory. */
class Layout {
  readonly #held: { readonly at: number; readonly values: ArrayBufferView }[] = [];

  constructor(
    private readonly memory: WebAssembly.Memory<ArrayBuffer>,
    private end: number,
  ) {}

  room(bytes: number): number {
    const at = Math.ceil(this.end / ALIGNMENT) * ALIGNMENT;
    this.end = at + bytes;
    return at;
  }

  hold(values: ArrayBufferView): number {
    const at = this.room(values.byteLength);
    this.#held.push({ at, values });
    return at;
  }

  /** Grows the memory and writes the arrays into it. */
  write(): ArrayBuffer {
    const { memory, end } = this;
    memory.grow(Math.ceil(Math.max(0, end - memory.buffer.byteLength) / PAGE_BYTES));
    const bytes = new Uint8Array(memory.buffer);
    for (const { at, values } of this.#held) {
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    }
    return memory.buffer;
  }
}

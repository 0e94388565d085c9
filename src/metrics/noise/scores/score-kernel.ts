import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../../../package-root.js';
import type { ThresholdRows } from '../../class-ranking.js';
import { DRAWS_AT_ONCE, type KernelMemory, MemoryLayout, SUMS_BYTES } from '../draw-kernel.js';

const WASM_URL = new URL('native/scores.wasm', PACKAGE_ROOT);

/** The functions of native/scores.cc; pointers are byte offsets in the memory. */
interface Kernel extends KernelMemory {
  rank(ranking: number): void;
  add(adding: number): void;
}

const WEIGHTS_BYTES = 4 * DRAWS_AT_ONCE;
/** Metrics of a class that `rank` gives. */
const RANKED = 5;

let compiled: WebAssembly.Module | undefined;

/** A class whose rows are ranked by its probability. */
export interface RankedClass extends ThresholdRows {
  /** Rows of the class, all others, a precision, a false positive rate, and how many rows come first. */
  readonly limits: readonly [own: number, others: number, precision: number, fpr: number, first: number];
}

/** Values of rows that are added up in bins. */
export interface BinnedRows {
  readonly bins: number;
  readonly binOf: Int32Array;
  readonly values: Float64Array;
}

/** Measures runs under weights of their rows, DRAWS_AT_ONCE draws side by side. What it gives is good until the next call. */
export interface ScoreKernel {
  weigh(weights: Float64Array): void;
  /** By metric of ClassRanking in its order, then by draw. */
  rank(place: number): Float64Array;
  /** By bin, then by draw. */
  add(place: number): Float64Array;
}

export function scoreKernel(
  rowCount: number,
  classes: readonly RankedClass[],
  sums: readonly BinnedRows[],
): ScoreKernel {
  compiled ??= new WebAssembly.Module(readFileSync(WASM_URL));
  const kernel = new WebAssembly.Instance(compiled).exports as unknown as Kernel;
  const layout = new MemoryLayout(kernel);
  const atWeights = layout.room(rowCount * WEIGHTS_BYTES);
  const mostBins = Math.max(RANKED, ...sums.map(({ bins }) => bins));
  const atOut = layout.room(mostBins * SUMS_BYTES);
  const struct = (...words: readonly number[]): number => layout.hold(Int32Array.from(words));
  const rankings = classes.map(({ ends, rows, limits }) =>
    struct(
      ends.length / 3,
      layout.hold(ends),
      layout.hold(rows),
      atWeights,
      layout.hold(Float64Array.from(limits)),
      atOut,
    ),
  );
  const addings = sums.map(({ bins, binOf, values }) =>
    struct(rowCount, bins, layout.hold(binOf), layout.hold(values), atWeights, atOut),
  );
  const memory = layout.write();
  const held = new Float32Array(memory, atWeights, rowCount * DRAWS_AT_ONCE);
  const out = new Float64Array(memory, atOut, mostBins * DRAWS_AT_ONCE);
  return {
    weigh: (weights) => held.set(weights),
    rank(place) {
      kernel.rank(rankings[place] as number);
      return out;
    },
    add(place) {
      kernel.add(addings[place] as number);
      return out;
    },
  };
}

import type { ProgramShape } from '../engine.js';
import { stateLength } from '../layers.js';
import type { KernelArea } from './kernel.js';

/** The parts of an area that JavaScript and the kernel both use. */
export interface AreaSections {
  /** Positions that one call of `train` can take. */
  readonly positions: number;
  /** Rows that one call of `evaluate` or `predict` can take. */
  readonly block: number;
  /** seed, γ, learning rate, momentum, weight decay, dropout, whether there are mixup, offsets and margins, ε of Poly-1. */
  readonly settings: Float64Array;
  /** Of the last `train`: correct rows, then the loss of each step. Of the last `evaluate`: Σ loss, Σ cross-entropy. */
  readonly sums: Float64Array;
  readonly alpha: Float32Array;
  readonly rows: Int32Array;
  readonly partners: Int32Array;
  readonly share: Float32Array;
  /** Arg-max of each row of the last `evaluate`. */
  readonly predictions: Int32Array;
  /** Row-major, of the last `predict`. */
  readonly logits: Float32Array;
  readonly state: Float32Array;
  readonly offsets: Float32Array;
  readonly margins: Float32Array;
}

const DIRECTORY_LENGTH = 13;

/** Reads the directory at an area's start: `Directory` in native/kernel.h. */
export function areaSections(area: KernelArea, shape: ProgramShape): AreaSections {
  const { buffer, byteOffset } = area;
  const classes = shape.layers[shape.layers.length - 1] as number;
  const [positions = 0, block = 0, ...offsets] = new Int32Array(buffer, byteOffset, DIRECTORY_LENGTH);
  const at = (index: number) => byteOffset + (offsets[index] as number);
  return {
    positions,
    block,
    settings: new Float64Array(buffer, at(0), 10),
    sums: new Float64Array(buffer, at(1), 1 + Math.floor(positions / shape.batchSize)),
    alpha: new Float32Array(buffer, at(2), classes),
    rows: new Int32Array(buffer, at(3), positions),
    partners: new Int32Array(buffer, at(4), positions),
    share: new Float32Array(buffer, at(5), positions),
    predictions: new Int32Array(buffer, at(6), block),
    logits: new Float32Array(buffer, at(7), block * classes),
    state: new Float32Array(buffer, at(8), stateLength(shape, shape.optimizer)),
    offsets: new Float32Array(buffer, at(9), classes),
    margins: new Float32Array(buffer, at(10), classes),
  };
}

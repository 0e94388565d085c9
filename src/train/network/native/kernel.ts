import type { SharedDataset } from '../../../data/dataset.js';
import { UserError } from '../../../errors.js';
import type { Layer } from '../../../model/model.js';
import type { ProgramShape } from '../engine.js';
import { networkLayers } from '../layers.js';

/** The memory of one lane, and the kernel's functions on it. */
export interface KernelArea {
  readonly buffer: ArrayBufferLike;
  /** Byte offset of the area in the buffer. */
  readonly byteOffset: number;
  /** Trains on the first `positions` of the area's rows, as steps of `epoch` from `first` on. */
  train(epoch: number, first: number, positions: number): void;
  /** Writes losses and arg-max of the area's first `count` rows into the area. */
  evaluate(count: number): void;
  /** Writes the logits of the area's first `count` rows into the area. */
  predict(count: number): void;
  /** Loads the state from the area's state section. */
  load(): void;
  /** Writes the state into the area's state section. */
  save(): void;
  /** Frees the memory. */
  free(): void;
}

/** One build of the kernel, for one instruction set. */
export interface Kernel {
  /** Identifies the bits of its results: see docs/architecture.md. */
  readonly id: string;
  readonly instructionSet: string;
  open(dataset: SharedDataset, shape: Int32Array): KernelArea;
}

/** The error for a network and batch that do not fit into the memory of the kernel. */
export function tooLargeForKernel(cause?: unknown): UserError {
  return new UserError('a batch and its network are too large for the native engine’s memory', {
    where: 'model.hidden, train.batch_size',
    fix: 'Use a smaller `batch_size`, or `engine: tfjs`.',
    cause,
  });
}

/** The shape in the layout of native/kernel.h. */
export function encodeShape(shape: ProgramShape): Int32Array {
  const { activation, optimizer, batchSize } = shape;
  const layers = networkLayers(shape);
  return Int32Array.from([
    ['relu', 'tanh'].indexOf(activation),
    ['adam', 'adamw', 'sgd'].indexOf(optimizer),
    batchSize,
    layers.length,
    layers[0]?.inputs ?? 0,
    ...layers.map(({ outputs }) => outputs),
    ...layers.map(({ input, sums }) => INPUT_KIND[input] | SUMS_KIND[sums]),
  ]);
}

/** The bits of `LayerKind` in native/network.h. */
const SUMS_KIND: { readonly [sums in Layer['sums']]: number } = { plain: 0, activated: 1, added: 2 };
const INPUT_KIND: { readonly [input in Layer['input']]: number } = {
  'as given': 0,
  normalised: 4,
  'normalised and activated': 4 | 8,
};

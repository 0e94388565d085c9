import type { SharedDataset } from '../../../data/dataset.js';
import { UserError } from '../../../errors.js';
import type { ProgramShape } from '../engine.js';

/** Memory in which the kernel keeps one lane, and the kernel's functions on it. */
export interface KernelArea {
  readonly buffer: ArrayBufferLike;
  /** Where the area lies in the buffer. */
  readonly byteOffset: number;
  /** Trains on the first `positions` of the area's rows, as steps of `epoch` from `first` on. */
  train(epoch: number, first: number, positions: number): void;
  /** Leaves losses and arg-max of the area's first `count` rows. */
  evaluate(count: number): void;
  /** Leaves the logits of the area's first `count` rows. */
  predict(count: number): void;
  /** Takes over the area's state section. */
  load(): void;
  /** Fills the area's state section. */
  save(): void;
  /** Gives the memory back. */
  free(): void;
}

/** One build of the kernel, for one instruction set. */
export interface Kernel {
  /** Which bits it gives: see docs/architecture.md. */
  readonly id: string;
  readonly instructionSet: string;
  open(dataset: SharedDataset, shape: Int32Array): KernelArea;
}

/** The network and its batch do not fit where the kernel keeps them. */
export function tooLargeForKernel(cause?: unknown): UserError {
  return new UserError('a batch and its network are too large for the native engine’s memory', {
    where: 'model.hidden, train.batch_size',
    fix: 'Use a smaller `batch_size`, or `engine: tfjs`.',
    cause,
  });
}

/** The shape as the kernel reads it: see native/kernel.h. */
export function encodeShape(shape: ProgramShape): Int32Array {
  const { layers, activation, optimizer, batchSize } = shape;
  return Int32Array.from([
    ['relu', 'tanh'].indexOf(activation),
    ['adam', 'adamw', 'sgd'].indexOf(optimizer),
    batchSize,
    layers.length - 1,
    ...layers,
  ]);
}

import type { Checkpoint } from '../../checkpoint.js';
import { type EpochsSoFar, packEpochs, unpackEpochs } from '../../folds/epochs-checkpoint.js';

/** A run between two epochs, with everything that training needs to continue to the same bits. */
export interface RunCheckpoint extends EpochsSoFar {
  /** As `LaneProgram.state` returns it. */
  readonly state: Float32Array;
  /** Weights of these epochs, if they may be needed at the end. */
  readonly weights: ReadonlyMap<number, Float32Array>;
}

const WEIGHTS = 'weights.';

/** A checkpoint in the form in which it is stored. */
export function packCheckpoint({ state, weights, ...soFar }: RunCheckpoint): Checkpoint {
  return {
    arrays: {
      state,
      ...packEpochs(soFar),
      ...Object.fromEntries([...weights].map(([epoch, values]) => [`${WEIGHTS}${epoch}`, values])),
    },
    texts: {},
  };
}

/** Reads the form that packCheckpoint makes. */
export function unpackCheckpoint({ arrays }: Checkpoint): RunCheckpoint {
  const weights = Object.entries(arrays).filter(([name]) => name.startsWith(WEIGHTS));
  return {
    state: arrays.state as Float32Array,
    ...unpackEpochs(arrays),
    weights: new Map(
      weights.map(([name, values]) => [Number(name.slice(WEIGHTS.length)), values as Float32Array]),
    ),
  };
}

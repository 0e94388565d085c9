import type { Rung } from '../stopper.js';

/** Rungs of the first seed at these epochs, but the last epoch, at which all runs have ended. */
export function rungsAt(epochs: readonly number[], maxEpochs: number): readonly Rung[] {
  return epochs.filter((epoch) => epoch < maxEpochs).map((epoch) => ({ seeds: 1, epochs: epoch }));
}

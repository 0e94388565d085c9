import type { Rung } from '../stopper.js';

/** Rungs of the first seed at these epochs, but the last epoch, at which all runs have ended. */
export function rungsAt(epochs: readonly number[], maxEpochs: number): readonly Rung[] {
  return epochs.filter((epoch) => epoch < maxEpochs).map((epoch) => ({ seeds: 1, epochs: epoch }));
}

/** `grace`, `grace` × `eta`, `grace` × `eta`² and so on below the last epoch. */
export function halvingEpochs(grace: number, eta: number, maxEpochs: number): readonly number[] {
  const epochs: number[] = [];
  for (let epoch = grace; epoch < maxEpochs; epoch = Math.max(epoch + 1, Math.floor(epoch * eta))) {
    epochs.push(epoch);
  }
  return epochs;
}

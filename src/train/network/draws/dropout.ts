import { PURPOSE, philox } from '../../../random.js';

/** The place of a dropout mask in a run. */
export interface DropoutAddress {
  readonly seed: number;
  /** Counts from 1. */
  readonly epoch: number;
  /** Step of the epoch, from 0. */
  readonly step: number;
  /** Hidden layer, from 0. */
  readonly layer: number;
}

/**
 * Fills `mask` (rows of the batch × width, row-major) for inverted dropout: 0 for a dropped unit, 1 / (1 − rate) for a kept
 * one. Element e = row · width + unit takes word e mod 4 of Philox with counter [e div 4, layer, step, epoch] and key
 * [seed, purpose]; it is dropped when the word is below rate · 2³². Every engine draws exactly this.
 */
export function fillDropoutMask(mask: Float32Array, rate: number, address: DropoutAddress): void {
  const { seed, epoch, step, layer } = address;
  const words = new Uint32Array(4);
  const threshold = Math.round(rate * 2 ** 32);
  const kept = 1 / (1 - rate);
  for (let element = 0; element < mask.length; element++) {
    const word = element % 4;
    if (word === 0) philox([element / 4, layer, step, epoch], [seed | 0, PURPOSE.dropout], words);
    mask[element] = (words[word] as number) < threshold ? 0 : kept;
  }
}

import { describe, expect, it } from 'vitest';
import { PURPOSE, philox } from '../../../../src/random.js';
import { type DropoutAddress, fillDropoutMask } from '../../../../src/train/network/draws/dropout.js';

const address: DropoutAddress = { seed: 5, epoch: 3, step: 2, layer: 1 };
const maskOf = (rate: number, at = address, size = 4000) => {
  const mask = new Float32Array(size);
  fillDropoutMask(mask, rate, at);
  return mask;
};

describe('dropout masks', () => {
  it('drop element e where word e mod 4 of its Philox block is below the rate', () => {
    const mask = maskOf(0.3, address, 10);
    const words = new Uint32Array(12);
    for (const block of [0, 1, 2]) philox([block, 1, 2, 3], [5, PURPOSE.dropout], words, block * 4);
    expect([...mask]).toEqual(
      [...words.subarray(0, 10)].map((word) => (word / 2 ** 32 < 0.3 ? 0 : Math.fround(1 / 0.7))),
    );
  });

  it.each([0.1, 0.5, 0.9])('drop %d of the units and keep the mean at 1', (rate) => {
    const mask = maskOf(rate);
    const deviation = Math.sqrt((rate * (1 - rate)) / mask.length);
    expect(Math.abs(mask.filter((kept) => kept === 0).length / mask.length - rate)).toBeLessThan(
      4 * deviation,
    );
    const mean = mask.reduce((sum, kept) => sum + kept, 0) / mask.length;
    expect(Math.abs(mean - 1)).toBeLessThan((4 * deviation) / (1 - rate));
  });

  it('depend on seed, epoch, step and layer, and on nothing else', () => {
    const masks = [
      address,
      { ...address, seed: 6 },
      { ...address, epoch: 4 },
      { ...address, step: 3 },
      { ...address, layer: 0 },
    ].map((at) => maskOf(0.5, at).join());
    expect(new Set(masks).size).toBe(5);
    expect(maskOf(0.5).join()).toBe(masks[0]);
    // A shorter batch draws the same for the rows that it has.
    expect(maskOf(0.5, address, 17)).toEqual(maskOf(0.5).subarray(0, 17));
  });
});

import { describe, expect, it } from 'vitest';
import { type Purpose, philox, randomStream, shuffle } from '../src/random.js';

describe('Philox4x32-10', () => {
  // The known-answer vectors published with Random123 (kat_vectors).
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[-1, -1, -1, -1], [-1, -1], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ] as const)('of counter %j and key %j', (counter, key, words) => {
    const out = new Uint32Array(6);
    philox(counter, key, out, 1);
    expect([...out.subarray(1, 5)].map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(words);
    expect([out[0], out[5]]).toEqual([0, 0]);
  });
});

describe('streams', () => {
  const draws = (...address: readonly [number, Purpose, number, number]) => {
    const stream = randomStream(...address);
    return Array.from({ length: 4 }, () => stream.uniform());
  };

  it('repeat, and differ by seed, purpose and index', () => {
    const addresses: readonly (readonly [number, Purpose, number, number])[] = [
      [7, 'mixup', 0, 0],
      [8, 'mixup', 0, 0],
      [7 + 2 ** 32, 'mixup', 0, 0],
      [7, 'dropout', 0, 0],
      [7, 'mixup', 1, 0],
      [7, 'mixup', 0, 1],
    ];
    const all = addresses.map((address) => draws(...address));
    expect(addresses.map((address) => draws(...address))).toEqual(all);
    expect(new Set(all.flat()).size).toBe(all.flat().length);
  });

  it('never change: results that people have stored depend on them', () => {
    const stream = randomStream(42, 'epochOrder', 3, 1);
    expect([stream.uniform(), stream.integer(1000)]).toEqual([0.66371020631452, 6]);
    expect(shuffle([0, 1, 2, 3, 4, 5, 6, 7], randomStream(42, 'epochOrder', 1))).toEqual([
      5, 2, 6, 3, 0, 4, 7, 1,
    ]);
  });

  it('draw uniformly and normally', () => {
    const stream = randomStream(1, 'synthetic');
    const count = 100_000;
    const bins = new Float64Array(20);
    let sum = 0;
    let squares = 0;
    for (let draw = 0; draw < count; draw++) {
      const bin = Math.floor(stream.uniform() * 20);
      bins[bin] = (bins[bin] as number) + 1;
      const normal = stream.normal();
      sum += normal;
      squares += normal ** 2;
    }
    const chiSquare = bins.reduce((total, seen) => total + (seen - count / 20) ** 2 / (count / 20), 0);
    // 19 degrees of freedom: 43.8 is the 99.9th percentile.
    expect(chiSquare).toBeLessThan(43.8);
    expect(Math.abs(sum / count)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(squares / count - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  });

  it('shuffle every item to every place equally often', () => {
    const items = 5;
    const rounds = 20_000;
    const seen = new Float64Array(items * items);
    for (let round = 0; round < rounds; round++) {
      shuffle([0, 1, 2, 3, 4], randomStream(3, 'epochOrder', round)).forEach((item, place) => {
        seen[place * items + item] = (seen[place * items + item] as number) + 1;
      });
    }
    const expected = rounds / items;
    const chiSquare = seen.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
    // (5 − 1)² degrees of freedom: 39.3 is the 99.9th percentile.
    expect(chiSquare).toBeLessThan(39.3);
  });
});

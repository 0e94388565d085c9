import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** What a stream of randomness is for; each purpose has streams of its own. The numbers are part of the maths version. */
export const PURPOSE = {
  split: 1,
  initialWeights: 2,
  epochOrder: 3,
  mixup: 4,
  dropout: 5,
  synthetic: 6,
  resample: 7,
  validationFolds: 8,
  reshuffle: 9,
  treeRows: 10,
  treeFeatures: 11,
  columnOrder: 12,
  search: 13,
  treeMixtures: 14,
} as const;
export type Purpose = keyof typeof PURPOSE;

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** The high 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/**
 * Philox4x32-10: four unsigned 32-bit words from a counter and a key, without state, so that C++ and TypeScript
 * agree bit for bit and any element can be drawn alone. Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
 * Writes the words to `out` at `at`.
 */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  out: Uint32Array,
  at = 0,
): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0 >>> 0);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2 >>> 0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

/** A seeded sequence of draws. */
export interface RandomStream {
  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number;
  /** A whole number in [0, below). */
  integer(below: number): number;
  /** Standard normal (Box–Muller, one of the pair). */
  normal(): number;
}

/** Where the stream of (seed, purpose, first, second) begins: the two 64-bit words of xoroshiro128+, their high halves first. */
export function streamState(seed: number, purpose: Purpose, first = 0, second = 0): Uint32Array {
  const words = new Uint32Array(4);
  philox([first, second, Math.floor(seed / 2 ** 32), 0], [seed | 0, PURPOSE[purpose]], words);
  return words;
}

/** The stream of (seed, purpose, first, second): the same four always give the same draws, on every machine. */
export function randomStream(seed: number, purpose: Purpose, first = 0, second = 0): RandomStream {
  const state = streamState(seed, purpose, first, second);
  const generator = xoroshiro128plusFromState([...state].map((word) => word | 0));
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    integer: (below) => uniformInt(generator, 0, below - 1),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** Shuffles in place (Fisher–Yates) and returns the array. */
export function shuffle<T extends Int32Array | number[]>(items: T, stream: RandomStream): T {
  for (let last = items.length - 1; last > 0; last--) {
    const pick = stream.integer(last + 1);
    const held = items[last] as number;
    items[last] = items[pick] as number;
    items[pick] = held;
  }
  return items;
}

import { UserError } from '../../errors.js';
import { streamState } from '../../random.js';
import type { CubePoint } from './drawn.js';
import { DIRECTIONS } from './sobol-directions.js';

const BITS = 32;
/** As many as there are direction numbers for. */
const SOBOL_DIMENSIONS = DIRECTIONS.length + 1;

/**
 * Sobol's sequence in the order of Gray codes; point `index` of it needs no other. Coordinates are whole numbers of 2⁻³².
 * Throws UserError for more dimensions than there are direction numbers for.
 */
export function sobolSequence(dimensions: number): (index: number) => Uint32Array {
  if (dimensions > SOBOL_DIMENSIONS) {
    throw new UserError(
      `Sobol’s sequence is here for at most ${SOBOL_DIMENSIONS} axes, and there are ${dimensions}`,
      {
        fix: 'Write `method: random`.',
      },
    );
  }
  const directions = Array.from({ length: dimensions }, (_, dimension) => directionNumbers(dimension));
  return (index) => {
    const point = new Uint32Array(dimensions);
    for (let bit = 0, gray = (index ^ (index >>> 1)) >>> 0; gray !== 0; bit++, gray >>>= 1) {
      if ((gray & 1) === 0) continue;
      for (let at = 0; at < dimensions; at++)
        point[at] = (point[at] as number) ^ (directions[at]?.[bit] ?? 0);
    }
    return point;
  };
}

/** v₁ … v₃₂ of a dimension, as whole numbers of 2⁻³². */
function directionNumbers(dimension: number): Uint32Array {
  const [polynomial = 1, ...initial] = DIRECTIONS[dimension - 1] ?? [];
  const degree = initial.length;
  const numbers = new Uint32Array(BITS);
  for (let at = 0; at < BITS; at++) {
    if (degree === 0 || at < degree) {
      numbers[at] = (initial[at] ?? 1) << (BITS - 1 - at);
      continue;
    }
    const last = numbers[at - degree] as number;
    let number = last ^ (last >>> degree);
    for (let back = 1; back < degree; back++) {
      if (((polynomial >>> (degree - back)) & 1) === 1) number ^= numbers[at - back] as number;
    }
    numbers[at] = number;
  }
  return numbers;
}

/**
 * Points of a scrambled Sobol sequence: Owen's nested uniform scrambling, by the hash of Laine and Karras with the constants of Burley,
 * "Practical hash-based Owen scrambling" (2020).
 */
export function sobolPoints(seed: number, dimensions: number): CubePoint {
  const pointAt = sobolSequence(dimensions);
  const seeds = Array.from(
    { length: dimensions },
    (_, at) => streamState(seed, 'search', at, 1)[0] as number,
  );
  return (index) => Array.from(pointAt(index), (own, at) => scrambled(own, seeds[at] as number) / 2 ** BITS);
}

/** Flips each bit by a hash of the bits above it. */
export function scrambled(coordinate: number, seed: number): number {
  let bits = (reversed(coordinate) + seed) | 0;
  for (const factor of [0x6c50b47c, 0xb82f1e52, 0xc7afe638, 0x8d22f6e6]) bits ^= Math.imul(bits, factor);
  return reversed(bits);
}

/** The 32 bits from the last to the first. */
function reversed(bits: number): number {
  let out = bits;
  for (const [shift, mask] of SWAPS) out = ((out >>> shift) & mask) | ((out & mask) << shift);
  return out >>> 0;
}

const SWAPS = [
  [1, 0x55555555],
  [2, 0x33333333],
  [4, 0x0f0f0f0f],
  [8, 0x00ff00ff],
  [16, 0x0000ffff],
] as const;

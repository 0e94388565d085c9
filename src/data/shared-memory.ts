import { UserError } from '../errors.js';
import type { SharedMemory } from './dataset.js';

/** Bytes at the start of every shared memory that data must leave alone: wasm modules keep their statics there. */
export const RESERVED_BYTES = 131_072;
const PAGE_BYTES = 65_536;
/** wasm32 can address 4 GiB; leave room for the workers' own areas. */
const LARGEST_PAGES = 65_536;
/** Alignment of every array: a cache line, and the widest vector register. */
const ALIGNMENT = 64;

/** Lays arrays out one after another in a shared WebAssembly memory. */
export interface SharedArena {
  readonly memory: SharedMemory;
  float32(length: number): Float32Array;
  int32(length: number): Int32Array;
}

/** Bytes that an array of `length` 4-byte elements takes in an arena, alignment included. */
export function arenaBytes(length: number): number {
  return Math.ceil((length * 4) / ALIGNMENT) * ALIGNMENT;
}

/** A shared memory with room for `bytes` (see arenaBytes) behind the reserved part. Throws UserError when it does not fit in 4 GiB. */
export function createSharedArena(bytes: number): SharedArena {
  const pages = Math.ceil((RESERVED_BYTES + bytes) / PAGE_BYTES);
  if (pages > LARGEST_PAGES * 0.9) {
    throw new UserError(`the encoded table takes ${(bytes / 2 ** 30).toFixed(1)} GiB; at most 3.6 GiB fit`, {
      fix: 'Drop columns with `drop:` or `features:`, or use fewer rows.',
    });
  }
  const memory = shared(pages);
  let offset = RESERVED_BYTES;
  const take = (length: number): number => {
    const at = offset;
    offset += arenaBytes(length);
    return at;
  };
  return {
    memory,
    float32: (length) => new Float32Array(memory.buffer, take(length), length),
    int32: (length) => new Int32Array(memory.buffer, take(length), length),
  };
}

function shared(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: LARGEST_PAGES, shared: true });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const mebibytes = Math.ceil((pages * PAGE_BYTES) / 2 ** 20);
    throw new UserError(`there is not enough memory for the encoded table of ${mebibytes} MiB`, {
      fix: 'A shared memory reserves over 4 GiB of addresses: raise `ulimit -v`, end other programs, or use fewer rows or columns.',
      cause,
    });
  }
}

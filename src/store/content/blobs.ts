import { endianness } from 'node:os';

const swapsBytes = endianness() === 'BE';

/** Little-endian bytes of unsigned 16-bit numbers. */
export function fromUint16(values: Uint16Array): Uint8Array {
  const bytes = Buffer.from(values.slice().buffer);
  return swapsBytes ? bytes.swap16() : bytes;
}

/** Unsigned 16-bit numbers from little-endian bytes. */
export function toUint16(bytes: Uint8Array): Uint16Array {
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  return new Uint16Array((swapsBytes ? copy.swap16() : copy).buffer);
}

/** Little-endian bytes of unsigned 32-bit numbers. */
export function fromUint32(values: Uint32Array): Uint8Array {
  const bytes = Buffer.from(values.slice().buffer);
  return swapsBytes ? bytes.swap32() : bytes;
}

/** Unsigned 32-bit numbers from little-endian bytes. */
export function toUint32(bytes: Uint8Array): Uint32Array {
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  return new Uint32Array((swapsBytes ? copy.swap32() : copy).buffer);
}

/** Little-endian bytes of numbers of single precision. */
export function fromFloat32(values: Float32Array): Uint8Array {
  return fromUint32(new Uint32Array(values.slice().buffer));
}

/** Numbers of single precision from little-endian bytes. */
export function toFloat32(bytes: Uint8Array): Float32Array {
  return new Float32Array(toUint32(bytes).buffer);
}

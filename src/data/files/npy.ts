import { type FileHandle, open } from 'node:fs/promises';

/** An array as it is in memory, row-major. */
export interface NpyArray {
  readonly values: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

const MAGIC = '\x93NUMPY\x01\x00';
/** The header ends at a multiple of this, so that the values can be mapped. */
const ALIGNMENT = 64;
/** NumPy leaves room for the first length to grow to so many digits. */
const LENGTH_DIGITS = 21;
/** Values go to the disk in pieces, straight from the memory that they are in. */
const PIECE_BYTES = 16 * 2 ** 20;

/** Writes an array as NumPy does: format 1.0, little-endian, C order. */
export async function writeNpy(path: string, array: NpyArray): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await writeAll(file, npyHeader(array));
    const { buffer, byteOffset, byteLength } = array.values;
    for (let from = 0; from < byteLength; from += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, byteLength - from);
      await writeAll(file, new Uint8Array(buffer, byteOffset + from, length));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

function npyHeader({ values, shape }: NpyArray): Uint8Array {
  const [first = 0, ...others] = shape;
  const tuple = others.length === 0 ? `(${first},)` : `(${shape.join(', ')})`;
  const descr = values instanceof Float32Array ? '<f4' : '<i4';
  const fields = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const grown = fields + ' '.repeat(Math.max(0, LENGTH_DIGITS - String(first).length));
  const prefix = MAGIC.length + 2;
  const total = Math.ceil((prefix + grown.length + 1) / ALIGNMENT) * ALIGNMENT;
  const text = `${grown.padEnd(total - prefix - 1)}\n`;
  const header = Buffer.alloc(total);
  header.write(MAGIC, 'latin1');
  header.writeUInt16LE(text.length, MAGIC.length);
  header.write(text, prefix, 'latin1');
  return header;
}

import { crc32 } from 'node:zlib';

const TAG = { null: 0, number: 1, text: 2, bytes: 3 } as const;
let scratch = Buffer.alloc(4096);

/**
 * Continues a CRC-32 over a row: each cell as a tag, then its bits, or its length and bytes. NaN and −0 count as NULL and 0,
 * which is what SQLite stores.
 */
export function crcOfRow(cells: readonly unknown[], before: number): number {
  let at = 0;
  const room = (bytes: number): void => {
    if (at + bytes > scratch.length) scratch = Buffer.concat([scratch], 2 * (at + bytes));
  };
  for (const cell of cells) {
    room(9);
    if (typeof cell === 'number' && !Number.isNaN(cell)) {
      scratch[at] = TAG.number;
      scratch.writeDoubleLE(cell + 0, at + 1);
      at += 9;
    } else if (typeof cell === 'number' || cell === null) {
      scratch[at++] = TAG.null;
    } else {
      const isText = typeof cell === 'string';
      const length = isText ? Buffer.byteLength(cell) : (cell as Buffer).length;
      scratch[at] = isText ? TAG.text : TAG.bytes;
      scratch.writeDoubleLE(length, at + 1);
      at += 9;
      room(length);
      if (isText) scratch.write(cell, at);
      else scratch.set(cell as Buffer, at);
      at += length;
    }
  }
  return crc32(scratch.subarray(0, at), before);
}

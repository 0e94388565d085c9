import { createHash } from 'node:crypto';

/** The input of a fingerprint: the rows of the result tables, each table in key order. */
export type TableContent = Iterable<readonly [table: string, rows: Iterable<readonly unknown[]>]>;

/** SHA-256, hex, over the cells of the result tables; NaN and −0 count as null and 0, as in a database. */
export function fingerprintOf(tables: TableContent): string {
  const hash = createHash('sha256');
  for (const [name, rows] of tables) {
    hash.update(encodeRow([name]));
    for (const row of rows) hash.update(encodeRow(row));
  }
  return hash.digest('hex');
}

const TAG = { row: 0, null: 1, number: 2, text: 3, bytes: 4 } as const;

/** Encodes every cell as a tag and its length or bits, so that different rows have different encodings. */
function encodeRow(cells: readonly unknown[]): Buffer {
  const parts = [tagged(TAG.row, cells.length)];
  for (const cell of cells) {
    if (cell === null || Number.isNaN(cell)) parts.push(tagged(TAG.null, 0));
    else if (typeof cell === 'number') parts.push(tagged(TAG.number, cell + 0));
    else if (typeof cell === 'string') parts.push(...sized(TAG.text, Buffer.from(cell)));
    else parts.push(...sized(TAG.bytes, cell as Buffer));
  }
  return Buffer.concat(parts);
}

function sized(tag: number, bytes: Buffer): readonly Buffer[] {
  return [tagged(tag, bytes.length), bytes];
}

/** One byte of tag, then a length or a number as IEEE 754 double, little-endian. */
function tagged(tag: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = tag;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

import { UserError } from '../../errors.js';
import { CHUNK_ROWS, type Column, PART } from '../read/table.js';
import type { ColumnEncoding, Feature } from './encode-columns.js';

/** Rows in a block, which is written column by column: so it stays in the processor's cache. */
const BLOCK_ROWS = 1024;

/** Writes the kept rows of all columns, row-major: rows × features. */
export function writeFeatures(
  encodings: readonly ColumnEncoding[],
  parts: Uint8Array,
  out: Float32Array,
): void {
  const features = encodings.flatMap((encoding) =>
    encoding.features.map(({ encode, keepsMissing }) => ({ column: encoding.column, encode, keepsMissing })),
  );
  const width = features.length;
  let start = 0;
  for (let first = 0; first < parts.length; first += BLOCK_ROWS) {
    const block = { first, parts: parts.subarray(first, first + BLOCK_ROWS) };
    features.forEach((feature, offset) => {
      writeFeature(feature, block, { out, width, at: start + offset });
    });
    for (const part of block.parts) if (part !== PART.dropped) start += width;
  }
}

/** Rows from `first` on, all in one chunk. */
interface Block {
  readonly first: number;
  readonly parts: Uint8Array;
}

interface Target {
  readonly out: Float32Array;
  /** From a row to the next. */
  readonly width: number;
  /** Of the first row. */
  readonly at: number;
}

/** Writes a feature's kept rows of a block. */
function writeFeature(
  { column, encode, keepsMissing }: Pick<Feature, 'encode' | 'keepsMissing'> & { readonly column: Column },
  { first, parts }: Block,
  { out, width, at }: Target,
): void {
  const chunk = column.chunks[Math.floor(first / CHUNK_ROWS)]?.subarray(first % CHUNK_ROWS);
  let to = at;
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === PART.dropped) continue;
    const value = Math.fround(encode(chunk?.[i] as number));
    if (!Number.isFinite(value) && !(keepsMissing && Number.isNaN(value)))
      throw tooExtreme(column.name, first + i);
    out[to] = value;
    to += width;
  }
}

function tooExtreme(column: string, row: number): UserError {
  return new UserError(
    'a value is so far from the training rows that float32 cannot hold it once it is scaled',
    {
      where: `row ${row + 1}, column "${column}"`,
      fix: 'Correct the value or drop the column.',
    },
  );
}

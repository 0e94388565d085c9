import { UserError } from '../../errors.js';
import type { ColumnCard } from '../dataset.js';
import { type CategoricalColumn, CHUNK_ROWS, type Column, type NumericColumn, PART } from '../read/table.js';
import { isConstant, momentsOf } from './moments.js';

/** One feature of the encoded table. */
export interface Feature {
  readonly name: string;
  /** Indicators (one-hot, missing) stay 0 and 1; only numbers are z-scored. */
  readonly indicator: boolean;
  /** The value of a source cell: a number (NaN when missing) or a category code (−1 when missing). */
  readonly encode: (cell: number) => number;
}

/** A source column with the features that it gives; none when it is constant on training rows. */
export interface ColumnEncoding {
  readonly column: Column;
  readonly features: readonly Feature[];
}

/** Fits the encoding of every column to the training rows. */
export function fitEncodings(
  columns: readonly Column[],
  parts: Uint8Array,
  normalize: 'zscore' | 'none',
): ColumnEncoding[] {
  const training = trainingRows(parts);
  const scratch = new Float64Array(training.length);
  return columns.map((column) => {
    gather(column, training, scratch);
    const features =
      column.kind === 'numeric'
        ? numericFeatures(column, scratch, normalize)
        : categoricalFeatures(column, scratch);
    return { column, features };
  });
}

function trainingRows(parts: Uint8Array): Int32Array {
  const rows = new Int32Array(parts.length);
  let count = 0;
  for (let row = 0; row < parts.length; row++) if (parts[row] === PART.train) rows[count++] = row;
  return rows.slice(0, count);
}

function gather({ chunks }: Column, rows: Int32Array, out: Float64Array): void {
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    out[at] = chunks[Math.floor(row / CHUNK_ROWS)]?.[row % CHUNK_ROWS] as number;
  }
}

/** z = (x − mean) / sd with the population sd of the training rows. */
function numericFeatures(
  column: NumericColumn,
  training: Float64Array,
  normalize: 'zscore' | 'none',
): Feature[] {
  const present = column.missing > 0 ? training.filter((value) => !Number.isNaN(value)) : training;
  const fill = column.missing > 0 ? median(present) : 0;
  const impute = (cell: number) => (Number.isNaN(cell) ? fill : cell);
  const filled = present.length < training.length ? training.map(impute) : training;
  const features: Feature[] = [];
  const moments = momentsOf(filled);
  if (!isConstant(moments, filled.length)) {
    const { mean, rest, sd } = normalize === 'zscore' ? moments : { mean: 0, rest: 0, sd: 1 };
    const scale = 1 / sd;
    const encode = (cell: number) => (impute(cell) - mean - rest) * scale;
    features.push({ name: column.name, indicator: false, encode });
  }
  if (present.length > 0 && present.length < training.length) {
    const encode = (cell: number) => (Number.isNaN(cell) ? 1 : 0);
    features.push({ name: `${column.name} is missing`, indicator: true, encode });
  }
  return features;
}

/**
 * One indicator for each category of the training rows, by text, then the `unknown` bucket: missing values and categories that
 * training rows do not have. Where no training row is in the bucket it could not be learnt and is left out: such a value is
 * then all zeros.
 */
function categoricalFeatures(column: CategoricalColumn, training: Float64Array): Feature[] {
  const codes = [...new Set(training)].filter((code) => code >= 0);
  const known = new Set(codes);
  const hasUnknown = training.includes(-1);
  if (codes.length + (hasUnknown ? 1 : 0) < 2) return [];
  const texts = codes.map((code) => ({ code, text: column.categories[code] as string }));
  texts.sort((a, b) => (a.text < b.text ? -1 : 1));
  const features: Feature[] = texts.map(({ code, text }) => ({
    name: `${column.name}=${text}`,
    indicator: true,
    encode: (cell) => (cell === code ? 1 : 0),
  }));
  if (hasUnknown) {
    features.push({
      name: `${column.name} is unknown`,
      indicator: true,
      encode: (cell) => (known.has(cell) ? 0 : 1),
    });
  }
  return features;
}

/** Rows that are written column after column before the next: what is written of them stays in the processor's cache. */
const BLOCK_ROWS = 1024;

/** Writes the kept rows of all columns, row-major: rows × features. */
export function writeFeatures(
  encodings: readonly ColumnEncoding[],
  parts: Uint8Array,
  out: Float32Array,
): void {
  const features = encodings.flatMap((encoding) =>
    encoding.features.map(({ encode }) => ({ column: encoding.column, encode })),
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
  { column, encode }: { readonly column: Column; readonly encode: Feature['encode'] },
  { first, parts }: Block,
  { out, width, at }: Target,
): void {
  const chunk = column.chunks[Math.floor(first / CHUNK_ROWS)]?.subarray(first % CHUNK_ROWS);
  let to = at;
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === PART.dropped) continue;
    const value = Math.fround(encode(chunk?.[i] as number));
    if (!Number.isFinite(value)) throw tooExtreme(column.name, first + i);
    out[to] = value;
    to += width;
  }
}

function tooExtreme(column: string, row: number): UserError {
  return new UserError('a value is so far from the training rows that float32 cannot hold its z-score', {
    where: `row ${row + 1}, column "${column}"`,
    fix: 'Correct the value or drop the column.',
  });
}

/** What the card says of a column. */
export function columnCard({ column, features }: ColumnEncoding): ColumnCard {
  const kind = features.length === 0 ? 'constant' : column.kind;
  return { name: column.name, kind, missing: column.missing, features: features.length };
}

function median(values: Float64Array): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

import { UserError } from '../../errors.js';
import {
  type CategoricalPreparation,
  type ColumnPreparation,
  featureNames,
  type NumericPreparation,
  scaler,
} from '../../model/preparation.js';
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

/** A source column with the features that it gives; none, and no preparation, when it is constant on training rows. */
export interface ColumnEncoding {
  readonly column: Column;
  readonly preparation: ColumnPreparation | undefined;
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
    return column.kind === 'numeric'
      ? numericEncoding(column, scratch, normalize)
      : categoricalEncoding(column, scratch);
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
function numericEncoding(
  column: NumericColumn,
  training: Float64Array,
  normalize: 'zscore' | 'none',
): ColumnEncoding {
  const present = column.missing > 0 ? training.filter((value) => !Number.isNaN(value)) : training;
  const median = column.missing > 0 ? medianOf(present) : 0;
  const filled =
    present.length < training.length
      ? training.map((value) => (Number.isNaN(value) ? median : value))
      : training;
  const moments = momentsOf(filled);
  const varies = !isConstant(moments, filled.length);
  const preparation: NumericPreparation = {
    kind: 'numeric',
    column: column.name,
    fill: column.missing > 0 ? median : moments.mean,
    ...(varies && { scaling: normalize === 'zscore' ? moments : { mean: 0, rest: 0, sd: 1 } }),
    missingIndicator: present.length > 0 && present.length < training.length,
  };
  return encoding(column, preparation, numericEncoders(preparation));
}

function numericEncoders({ fill, scaling, missingIndicator }: NumericPreparation): Encoder[] {
  return [
    ...(scaling === undefined ? [] : [scaler(fill, scaling)]),
    ...(missingIndicator ? [(cell: number) => Number(Number.isNaN(cell))] : []),
  ];
}

/**
 * One indicator for each category of the training rows, by text, then the `unknown` bucket: missing values and categories that
 * training rows do not have. Where no training row is in the bucket it could not be learnt and is left out: such a value is
 * then all zeros.
 */
function categoricalEncoding(column: CategoricalColumn, training: Float64Array): ColumnEncoding {
  const textOf = (code: number): string => column.categories[code] as string;
  const codes = [...new Set(training)].filter((code) => code >= 0);
  codes.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  const known = new Set(codes);
  const unknownIndicator = training.includes(-1);
  const preparation: CategoricalPreparation = {
    kind: 'categorical',
    column: column.name,
    categories: codes.map(textOf),
    unknownIndicator,
  };
  const encoders = codes.map(
    (code): Encoder =>
      (cell) =>
        cell === code ? 1 : 0,
  );
  if (unknownIndicator) encoders.push((cell) => (known.has(cell) ? 0 : 1));
  return encoding(column, preparation, encoders.length < 2 ? [] : encoders);
}

type Encoder = Feature['encode'];

function encoding(
  column: Column,
  preparation: ColumnPreparation,
  encoders: readonly Encoder[],
): ColumnEncoding {
  if (encoders.length === 0) return { column, preparation: undefined, features: [] };
  const names = featureNames(preparation);
  const numbers = preparation.kind === 'numeric' && preparation.scaling !== undefined ? 1 : 0;
  const features = encoders.map((encode, at) => ({
    name: names[at] as string,
    indicator: at >= numbers,
    encode,
  }));
  return { column, preparation, features };
}

/** Rows in a block, which is written column by column: so it stays in the processor's cache. */
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

function medianOf(values: Float64Array): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

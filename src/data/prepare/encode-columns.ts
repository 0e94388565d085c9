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

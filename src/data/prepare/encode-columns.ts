import type { DataKnobs } from '../../knobs/data-knobs.js';
import { numericEncoders } from '../../model/number-preparation.js';
import {
  type CategoricalPreparation,
  type ColumnPreparation,
  featureNames,
} from '../../model/preparation.js';
import type { ColumnCard, FeatureKind } from '../dataset.js';
import { type CategoricalColumn, CHUNK_ROWS, type Column, PART, rowsIn, type Table } from '../read/table.js';
import { fitNumbers } from './fit-numbers.js';

/** One feature of the encoded table. */
export interface Feature {
  readonly name: string;
  /** Whether it is a scaled number; indicators (one-hot, missing) and bins are in [0, 1]. */
  readonly isScaled: boolean;
  readonly kind: FeatureKind;
  /** Whether a missing value is NaN. */
  readonly keepsMissing: boolean;
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
  { columns, labels: ofRows }: Pick<Table, 'columns' | 'labels'>,
  parts: Uint8Array,
  knobs: DataKnobs,
): ColumnEncoding[] {
  const training = rowsIn(parts, PART.train);
  const labels = training.map((row) => ofRows[row] as number);
  const scratch = new Float64Array(training.length);
  return columns.map((column) => {
    gather(column, training, scratch);
    if (column.kind === 'categorical') return categoricalEncoding(column, scratch, isCoded(knobs));
    const preparation = fitNumbers(column, { values: scratch, labels }, knobs);
    return encoding(column, preparation, numericEncoders(preparation));
  });
}

const isCoded = ({ model, encode_categories }: DataKnobs): boolean =>
  model === 'trees' && encode_categories === 'native';

function gather({ chunks }: Column, rows: Int32Array, out: Float64Array): void {
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    out[at] = chunks[Math.floor(row / CHUNK_ROWS)]?.[row % CHUNK_ROWS] as number;
  }
}

/**
 * One indicator for each category of the training rows, by text, then the `unknown` bucket: missing values and categories that
 * training rows do not have. Where no training row is in the bucket it could not be learnt and is left out: such a value is
 * then all zeros.
 */
function categoricalEncoding(
  column: CategoricalColumn,
  training: Float64Array,
  isCoded: boolean,
): ColumnEncoding {
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
    ...(isCoded && { isCoded }),
  };
  if (isCoded) {
    const places = new Map(codes.map((code, place) => [code, place]));
    const isConstant = codes.length + Number(unknownIndicator) < 2;
    return encoding(column, preparation, isConstant ? [] : [(cell) => places.get(cell) ?? Number.NaN]);
  }
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
  const isNumber =
    preparation.kind === 'numeric' && preparation.scaling !== undefined && preparation.bins === undefined;
  const features = encoders.map((encode, at) => ({
    name: names[at] as string,
    isScaled: isNumber && at === 0,
    kind: kindOf(preparation),
    keepsMissing:
      preparation.kind === 'numeric' ? preparation.keepsMissing === true : preparation.isCoded === true,
    encode,
  }));
  return { column, preparation, features };
}

function kindOf(preparation: ColumnPreparation): FeatureKind {
  if (preparation.kind === 'numeric')
    return { categories: 0, hasMissing: preparation.keepsMissing === true && preparation.missingIndicator };
  const { categories, unknownIndicator, isCoded } = preparation;
  return isCoded ? { categories: categories.length, hasMissing: unknownIndicator } : PLAIN;
}

const PLAIN: FeatureKind = { categories: 0, hasMissing: false };

/** What the card says of a column. */
export function columnCard({ column, features }: ColumnEncoding): ColumnCard {
  const kind = features.length === 0 ? 'constant' : column.kind;
  return { name: column.name, kind, missing: column.missing, features: features.length };
}

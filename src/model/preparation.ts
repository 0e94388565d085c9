import { type NumericPreparation, numericEncoders, numericNames } from './number-preparation.js';

/** How a column of categories becomes features: an indicator for each, or one feature with its place among them. */
export interface CategoricalPreparation {
  readonly kind: 'categorical';
  readonly column: string;
  /** Categories of the training rows, in the order of their indicators. */
  readonly categories: readonly string[];
  /** Whether an indicator follows that is 1 for every other text and for a missing value. */
  readonly unknownIndicator: boolean;
  /** Whether the feature is the place among the categories, from 0 on, and NaN for what is unknown. */
  readonly isCoded?: true;
}

export type ColumnPreparation = NumericPreparation | CategoricalPreparation;

/** How a row of the source becomes a row of features and a class: plain data that can be stored as JSON. */
export interface Preparation {
  /** Columns that become features, in the order of the features. */
  readonly columns: readonly ColumnPreparation[];
  /** The fixed label set, by class index. */
  readonly classNames: readonly string[];
}

/** A cell as it was read: a number or a text; null, undefined or NaN if it is missing. */
export type RawValue = number | string | null | undefined;

/** The cells of a row by column name. */
export type RawRow = Readonly<Record<string, RawValue>>;

/** Names of a column's features, in order. */
export function featureNames(column: ColumnPreparation): readonly string[] {
  if (column.kind === 'numeric') return numericNames(column);
  if (column.isCoded) return [column.column];
  return [
    ...column.categories.map((text) => `${column.column}=${text}`),
    ...(column.unknownIndicator ? [`${column.column} is unknown`] : []),
  ];
}

/**
 * The features of a row, computed to the same bits as those of the training rows; a number far outside their range may become
 * infinite in float32. Throws RangeError for a text in a column of numbers and for a number in one of categories.
 */
export function prepareRow({ columns }: Preparation, row: RawRow): Float32Array {
  return Float32Array.from(
    columns.flatMap((column) => {
      const value = Object.hasOwn(row, column.column) ? row[column.column] : null;
      return column.kind === 'numeric' ? numericFeatures(column, value) : categoricalFeatures(column, value);
    }),
  );
}

function numericFeatures(preparation: NumericPreparation, value: RawValue): readonly number[] {
  if (typeof value === 'string') throw mismatch(preparation.column, 'numbers', value);
  return numericEncoders(preparation).map((encode) => encode(value ?? Number.NaN));
}

function categoricalFeatures(preparation: CategoricalPreparation, value: RawValue): readonly number[] {
  if (typeof value === 'number' && !Number.isNaN(value)) {
    throw mismatch(preparation.column, 'categories', value);
  }
  const { categories, unknownIndicator, isCoded } = preparation;
  const known = typeof value === 'string' && categories.includes(value);
  if (isCoded) return [known ? categories.indexOf(value) : Number.NaN];
  return [
    ...categories.map((category) => Number(category === value)),
    ...(unknownIndicator ? [Number(!known)] : []),
  ];
}

function mismatch(column: string, expected: string, value: string | number): RangeError {
  return new RangeError(`column "${column}" has ${expected}, not ${JSON.stringify(value)}`);
}

import type { Notation } from '../columns/number-notation.js';

/** Rows in every chunk of a column but the last. */
export const CHUNK_ROWS = 65_536;

/** A column of numbers in chunks; NaN is a missing value. */
export interface NumericColumn {
  readonly kind: 'numeric';
  readonly name: string;
  readonly chunks: readonly (Float32Array | Float64Array)[];
  readonly missing: number;
  /** How texts spell them; absent where as programs do. */
  readonly notation?: Notation;
}

/** A column of categories in chunks of codes; −1 is a missing value. */
export interface CategoricalColumn {
  readonly kind: 'categorical';
  readonly name: string;
  readonly chunks: readonly Int32Array[];
  /** Texts by code, in the order of their first row. */
  readonly categories: readonly string[];
  readonly missing: number;
}

export type Column = NumericColumn | CategoricalColumn;

/** Where a row belongs; the first three are also the indices of SPLIT_NAMES. */
export const PART = { train: 0, validation: 1, test: 2, undecided: 3, dropped: 4 } as const;
export const SPLIT_NAMES = ['train', 'validation', 'test'] as const;

/** Rows of the table in a part, ascending. */
export function rowsIn(parts: Uint8Array, part: number): Int32Array {
  const rows = new Int32Array(parts.length);
  let count = 0;
  for (let row = 0; row < parts.length; row++) if (parts[row] === part) rows[count++] = row;
  return rows.slice(0, count);
}

/** The group of every row: rows of one group stay in one split. */
export interface RowGroups {
  readonly columns: readonly string[];
  /** From 0 on, in the order of each group's first row. */
  readonly codes: Int32Array;
  readonly count: number;
}

/** The time of every row. */
export interface RowTimes {
  readonly column: string;
  /** Numbers as they are; dates in milliseconds since 1970. */
  readonly values: Float64Array;
  readonly areDates: boolean;
}

/** A source as it was read, before splitting and encoding. */
export interface Table {
  readonly rowCount: number;
  readonly columns: readonly Column[];
  /** The name of the class column, which is none of `columns`. */
  readonly labelName: string;
  readonly classNames: readonly string[];
  /** Index into classNames of every row. */
  readonly labels: Int32Array;
  /** PART of every row: as a column or separate files say, else `undecided`. */
  readonly parts: Uint8Array;
  readonly groups?: RowGroups | undefined;
  readonly times?: RowTimes | undefined;
  readonly notes: readonly string[];
  /** What was probably not intended; every plan and report repeats it. */
  readonly warnings: readonly string[];
}

/** Cuts one array into a column's chunks, without a copy. */
export function chunksOf(values: Float32Array): Float32Array[] {
  const chunks: Float32Array[] = [];
  for (let from = 0; from < values.length; from += CHUNK_ROWS) {
    chunks.push(values.subarray(from, from + CHUNK_ROWS));
  }
  return chunks;
}

/** The codes of a column in one array. */
export function flatCodes(column: CategoricalColumn): Int32Array {
  const length = column.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const codes = new Int32Array(length);
  for (const [index, chunk] of column.chunks.entries()) codes.set(chunk, index * CHUNK_ROWS);
  return codes;
}

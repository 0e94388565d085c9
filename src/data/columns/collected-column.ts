import type { ColumnRole } from '../prepare/column-roles.js';
import type { Column } from '../read/table.js';
import type { Notation } from './number-notation.js';

/** A column with what people should know about how it was read. */
export interface CollectedColumn {
  readonly column: Column;
  readonly role: ColumnRole;
  /** How its numbers are written; undefined for categories. */
  readonly notation: Notation | undefined;
  /** A text that can be read as two different numbers, so that the column is not numeric. */
  readonly ambiguous: string | undefined;
  /** Rows of every word that was read as missing, without the empty text. */
  readonly missingWords: ReadonlyMap<string, number>;
  /** Spellings that were merged into one category, by its name. */
  readonly merged: ReadonlyMap<string, readonly string[]>;
  /** Rows of every category. */
  readonly counts: Int32Array;
  /** Where each category first occurs. */
  readonly firstPlaces: readonly string[];
}

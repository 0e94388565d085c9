import type { ColumnRole } from '../prepare/column-roles.js';
import type { Column } from '../read/table.js';
import type { Notation } from './number-notation.js';

/** A column with what people should know of how it was read. */
export interface CollectedColumn {
  readonly column: Column;
  readonly role: ColumnRole;
  /** How its numbers are written; none where it is categories. */
  readonly notation: Notation | undefined;
  /** A text that kept the column from being numbers because it can be read as two. */
  readonly ambiguous: string | undefined;
  /** Rows of every word that was taken as missing, without the empty text. */
  readonly missingWords: ReadonlyMap<string, number>;
  /** Spellings that were taken as one category, by its name. */
  readonly merged: ReadonlyMap<string, readonly string[]>;
  /** Rows of every category. */
  readonly counts: Int32Array;
  /** Where each category was met first. */
  readonly firstPlaces: readonly string[];
}

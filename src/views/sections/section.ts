import type { CellTable } from '../table.js';

/** A part of a text report, the same on a terminal and in Markdown. */
export interface Section {
  readonly heading: string;
  readonly table?: CellTable;
  /** Columns that a narrow terminal leaves out, in this order; those of an inner list are left out together. */
  readonly optional?: readonly (string | readonly string[])[];
  /** Rows that a terminal shows in bold. */
  readonly boldRows?: readonly number[];
  /** Columns in which a terminal colours `better` and `worse`. */
  readonly verdictColumns?: readonly string[];
  readonly notes: readonly string[];
}

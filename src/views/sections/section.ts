import type { CellTable } from '../table.js';

/** A part of a text report: terminal and Markdown show the same. */
export interface Section {
  readonly heading: string;
  readonly table?: CellTable;
  /** Columns that a narrow terminal does without, the first to go first; those of a list go together. */
  readonly optional?: readonly (string | readonly string[])[];
  /** Rows that a terminal shows in bold. */
  readonly boldRows?: readonly number[];
  /** Columns whose words `better` and `worse` a terminal colours. */
  readonly verdictColumns?: readonly string[];
  readonly notes: readonly string[];
}

/** What a cell of a table holds; null is nothing. */
export type Cell = number | string | null;

/** A table as every format writes it. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

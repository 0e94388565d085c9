import type { Cell, CellTable } from '../table.js';

/** A table's rows as objects by column name. */
export function rowObjects({ columns, rows }: CellTable): readonly { readonly [column: string]: Cell }[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
}

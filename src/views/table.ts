/** The content of a table cell; null is empty. */
export type Cell = number | string | null;

/** A table for any format. */
export interface CellTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Whether a column holds only numbers. */
export function isNumeric(rows: CellTable['rows'], index: number): boolean {
  return (
    rows.some((row) => typeof row[index] === 'number') && rows.every((row) => typeof row[index] !== 'string')
  );
}

/** Whole numbers in full, others with four decimals. */
export function cellText(value: Cell): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : decimals(value);
}

/** Four decimals, except for numbers so small that they would become 0. */
function decimals(value: number): string {
  return Math.abs(value) < 0.001
    ? value.toPrecision(3)
    : value.toFixed(4).replace(/0+$/, '').replace(/\.$/, '');
}

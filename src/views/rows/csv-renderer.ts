import type { Renderer } from '../renderer.js';
import type { Cell, CellTable } from '../table.js';
import { configurationRows } from './configuration-rows.js';

/** Comma-separated values with a header line; for a report, those of its configurations. */
export const csvRenderer: Renderer<'csv'> = {
  report: (report) => csvLines(configurationRows(report)),
  rows: csvLines,
};

function csvLines({ columns, rows }: CellTable): string {
  return [columns, ...rows].map((row) => row.map(csvCell).join(',')).join('\n');
}

/** RFC 4180 quoting; a leading = + - @ would be a formula in a spreadsheet, so text that begins with one gets an apostrophe. */
function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

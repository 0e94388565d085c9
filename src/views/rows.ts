import { printable } from '../wording/printable.js';
import type { Cell, Table } from './table.js';

export type RowFormat = 'table' | 'json' | 'ndjson' | 'csv' | 'md';

/** Rows as text in a format for programs, without a last newline. */
export function renderRows(rows: Table, format: Exclude<RowFormat, 'table'>): string {
  if (format === 'json') return JSON.stringify(objects(rows), null, 2);
  if (format === 'ndjson')
    return objects(rows)
      .map((row) => JSON.stringify(row))
      .join('\n');
  if (format === 'csv') return csvLines(rows).join('\n');
  return markdownTable(rows);
}

function objects({ columns, rows }: Table): readonly Record<string, Cell>[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
}

function csvLines({ columns, rows }: Table): readonly string[] {
  return [columns, ...rows].map((row) => row.map(csvCell).join(','));
}

/** RFC 4180 quoting; a leading = + - @ would be a formula to a spreadsheet, so text that begins so gets an apostrophe. */
function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A Markdown table; numbers stand right. */
export function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_column, index) => (isNumeric(rows, index) ? '---:' : '---'));
  return [
    line(columns.map(escapeMarkdown)),
    line(rule),
    ...rows.map((row) => line(row.map((value) => escapeMarkdown(cellText(value))))),
  ].join('\n');
}

/** Text that Markdown shows as it is, on one line. */
export function escapeMarkdown(text: string): string {
  return printable(text.replace(/\s+/g, ' ')).replace(/[\\|<>`*_[\]]/g, '\\$&');
}

/** Whether a column holds numbers alone. */
export function isNumeric(rows: Table['rows'], index: number): boolean {
  return (
    rows.some((row) => typeof row[index] === 'number') && rows.every((row) => typeof row[index] !== 'string')
  );
}

/** Whole numbers as they are, others with four decimals. */
export function cellText(value: Cell): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : decimals(value);
}

/** Four decimals, unless that would leave nothing of a small number. */
function decimals(value: number): string {
  return Math.abs(value) < 0.001
    ? value.toPrecision(3)
    : value.toFixed(4).replace(/0+$/, '').replace(/\.$/, '');
}

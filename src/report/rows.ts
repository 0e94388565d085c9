import { getBorderCharacters, table } from 'table';
import type { CellValue, Rows } from '../store/store.js';
import { printable } from './printable.js';

export type RowFormat = 'table' | 'json' | 'ndjson' | 'csv' | 'md';

const NARROWEST_COLUMN = 12;
const ROOMY_COLUMN = 28;

/**
 * Rows as text in a format, without a last newline. `width` is the terminal's: a table that is wider wraps its widest text
 * column; undefined (a pipe) wraps nothing.
 */
export function renderRows(rows: Rows, format: RowFormat, width?: number): string {
  if (format === 'json') return JSON.stringify(objects(rows), null, 2);
  if (format === 'ndjson')
    return objects(rows)
      .map((row) => JSON.stringify(row))
      .join('\n');
  if (format === 'csv') return csvLines(rows).join('\n');
  return format === 'md' ? markdownTable(rows) : textTable(rows, width);
}

function objects({ columns, rows }: Rows): readonly Record<string, CellValue>[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
}

function csvLines({ columns, rows }: Rows): readonly string[] {
  return [columns, ...rows].map((row) => row.map(csvCell).join(','));
}

/** RFC 4180 quoting; a leading = + - @ would be a formula to a spreadsheet, so text that begins so gets an apostrophe. */
function csvCell(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A Markdown table; numbers stand right. */
export function markdownTable({ columns, rows }: Rows): string {
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

/** The terminal width at which the widest column of a table still has room for a few words a line. */
export function narrowestWidth({ columns, rows }: Rows): number {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => [...cellText(row[index] ?? null)].length)),
  );
  const widest = Math.max(...widths);
  return widths.reduce((sum, width) => sum + width + 2, 0) - widest + Math.min(widest, ROOMY_COLUMN);
}

/** A table for the terminal. */
export function textTable({ columns, rows }: Rows, width?: number): string {
  const numeric = columns.map((_column, index) => isNumeric(rows, index));
  const cells = [
    columns.map(printable),
    ...rows.map((row) => row.map((value) => printable(cellText(value)))),
  ];
  const widths = columns.map((_column, index) =>
    Math.max(...cells.map((row) => [...(row[index] ?? '')].length)),
  );
  const total = widths.reduce((sum, columnWidth) => sum + columnWidth + 2, 0);
  const widest = widths.indexOf(Math.max(...widths));
  const fitted = widths.map((columnWidth, index) =>
    width !== undefined && total > width && index === widest
      ? Math.max(NARROWEST_COLUMN, columnWidth - (total - width))
      : columnWidth,
  );
  const text = table(cells, {
    border: getBorderCharacters('void'),
    columnDefault: { paddingLeft: 0, paddingRight: 2 },
    columns: fitted.map((columnWidth, index) => ({
      alignment: numeric[index] ? 'right' : 'left',
      width: Math.max(1, columnWidth),
      wrapWord: true,
    })),
    drawHorizontalLine: () => false,
  });
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

function isNumeric(rows: Rows['rows'], index: number): boolean {
  return (
    rows.some((row) => typeof row[index] === 'number') && rows.every((row) => typeof row[index] !== 'string')
  );
}

/** Whole numbers as they are, others with four decimals. */
export function cellText(value: CellValue): string {
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

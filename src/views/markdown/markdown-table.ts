import { printable } from '../../wording/printable.js';
import { type CellTable, cellText, isNumeric } from '../table.js';

/** A Markdown table; numbers stand right. */
export function markdownTable({ columns, rows }: CellTable): string {
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

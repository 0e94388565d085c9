import { codeSpan, sentenceParts } from '../../wording/code-span.js';
import { printable } from '../../wording/printable.js';
import { type CellTable, cellText, isNumeric } from '../table.js';

/** A Markdown table with numbers aligned right. */
export function markdownTable({ columns, rows }: CellTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_column, index) => (isNumeric(rows, index) ? '---:' : '---'));
  return [
    line(columns.map(escapeMarkdown)),
    line(rule),
    ...rows.map((row) => line(row.map((value) => escapeMarkdown(cellText(value))))),
  ].join('\n');
}

/** Escaped text on one line. */
export function escapeMarkdown(text: string): string {
  return onOneLine(text).replace(/[\\|<>`*_[\]]/g, '\\$&');
}

/** A sentence on one line, escaped but for its code: nothing in that is markup, and it is copied. */
export function sentenceMarkdown(sentence: string): string {
  return sentenceParts(onOneLine(sentence))
    .map(({ text, isCode }) => (isCode ? codeSpan(text) : escapeMarkdown(text)))
    .join('');
}

function onOneLine(text: string): string {
  return printable(text.replace(/\s+/g, ' '));
}

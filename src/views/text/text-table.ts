import { getBorderCharacters, table } from 'table';
import { printable } from '../../wording/printable.js';
import type { Paint } from '../renderer.js';
import { type CellTable, cellText, isNumeric } from '../table.js';
import { type ColumnNeed, fitColumns, measureColumn, type TableRoom } from './fit-columns.js';
import { wrap } from './wrap.js';

/** The style of a table for the terminal. */
export interface TableLook extends TableRoom {
  readonly paint?: Paint | undefined;
  readonly boldRows?: readonly number[] | undefined;
  /** Columns in which `better` and `worse` are coloured. */
  readonly verdictColumns?: readonly string[] | undefined;
}

/** A table for the terminal, and a line that names the columns that were left out. */
export function textTable({ columns, rows }: CellTable, look: TableLook = {}): string {
  const cells = rows.map((row) => columns.map((_column, at) => printable(cellText(row[at] ?? null))));
  const numeric = columns.map((_column, at) => isNumeric(rows, at));
  const needs = columns.map((name, at) =>
    measureColumn(
      printable(name),
      at,
      cells.map((row) => row[at] ?? ''),
      numeric[at] === true,
    ),
  );
  const shown = fitColumns(needs, look);
  const text = table([shown.map(({ name }) => name), ...paintedRows(cells, shown, look)], {
    border: getBorderCharacters('void'),
    columnDefault: { paddingLeft: 0, paddingRight: 2 },
    columns: shown.map(({ width, index }) => ({
      alignment: numeric[index] === true ? 'right' : 'left',
      width: Math.max(1, width),
      wrapWord: true,
    })),
    drawHorizontalLine: () => false,
  });
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines.join('\n').trimEnd() + leftOut(needs, shown, look);
}

function paintedRows(
  cells: readonly (readonly string[])[],
  shown: readonly ColumnNeed[],
  { paint, boldRows = [], verdictColumns = [] }: TableLook,
): string[][] {
  const bold = new Set(boldRows);
  return cells.map((row, at) =>
    shown.map(({ name, index }) => {
      const cell = row[index] ?? '';
      if (paint === undefined) return cell;
      const isVerdict = verdictColumns.includes(name) && (cell === 'better' || cell === 'worse');
      const coloured = isVerdict ? paint[cell](cell) : cell;
      return bold.has(at) ? paint.bold(coloured) : coloured;
    }),
  );
}

function leftOut(all: readonly ColumnNeed[], shown: readonly ColumnNeed[], { width }: TableLook): string {
  const names = all
    .filter((column) => !shown.some(({ index }) => index === column.index))
    .map(({ name }) => name);
  if (names.length === 0) return '';
  return `\n${wrap(`Left out at a width of ${width}: ${names.join(', ')}. A wider terminal, a pipe or a file shows them.`, width)}`;
}

import type { CellValue } from './cells.js';
import type { Condition } from './where.js';

/** A row by column. */
export type RowCells = ReadonlyMap<string, CellValue>;

/** Whether a row meets the condition; null if unknown, as in SQL. */
export function evaluate(condition: Condition, row: RowCells): boolean | null {
  switch (condition.type) {
    case 'and':
      return conjunction(condition.parts.map((part) => evaluate(part, row)));
    case 'or':
      return negation(conjunction(condition.parts.map((part) => negation(evaluate(part, row)))));
    case 'not':
      return negation(evaluate(condition.part, row));
    case 'null':
      return cellOf(row, condition.column) === null;
    default:
      return test(condition, cellOf(row, condition.column));
  }
}

function cellOf(row: RowCells, column: string): CellValue {
  return row.get(column) ?? null;
}

function conjunction(parts: readonly (boolean | null)[]): boolean | null {
  if (parts.includes(false)) return false;
  return parts.includes(null) ? null : true;
}

function negation(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

type Test = Extract<Condition, { readonly type: 'compare' | 'in' | 'like' }>;

function test(condition: Test, cell: CellValue): boolean | null {
  if (cell === null) return null;
  if (condition.type === 'in') return condition.values.includes(cell);
  if (condition.type === 'like') return isLike(textOf(cell), condition.pattern);
  const { operator, value, kind } = condition;
  if (operator === '=') return cell === value;
  if (operator === '!=') return cell !== value;
  if (kind === 'alpha' && typeof cell === 'string') return false;
  const order = compareCells(cell, value);
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

/** Orders cells as SQLite does: null, then numbers, then texts by their UTF-8 bytes. */
export function compareCells(a: CellValue, b: CellValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b || Number(a > b) - Number(a < b);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return rankOf(a) - rankOf(b);
}

function rankOf(cell: CellValue): number {
  if (cell === null) return 0;
  return typeof cell === 'number' ? 1 : 2;
}

/** The text of a cell for `like`: real numbers have a decimal point. */
function textOf(cell: number | string): string {
  return typeof cell === 'number' && Number.isInteger(cell) ? `${cell}.0` : String(cell);
}

/** `%` stands for any text, `_` for one character; case matters only for letters outside ASCII. */
function isLike(text: string, pattern: string): boolean {
  const parts = [...lowerCased(pattern)].map((letter) => {
    if (letter === '%') return '.*';
    return letter === '_' ? '.' : letter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 'su').test(lowerCased(text));
}

function lowerCased(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

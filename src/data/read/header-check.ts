import { UserError } from '../../errors.js';
import type { CollectedColumn } from '../columns/collected-column.js';
import { isNumberLike } from '../columns/number-notation.js';

const FIX =
  'If the first line is data, set `header: false`, or name the columns with `names: […]`; if these are the names, set `header: true`.';

/** Refuses a first line that has only numbers, except 0, 1, 2, …, which programs write for columns without names. */
export function refuseNumbersOnly(cells: readonly string[], where: string): void {
  if (!cells.some(isNumberLike) || isCount(cells)) return;
  if (!cells.every((cell) => cell.trim() === '' || isNumberLike(cell))) return;
  throw new UserError(
    `the first line holds only numbers (${cells.slice(0, 4).join(', ')}${cells.length > 4 ? ', …' : ''}), so it seems to be data, not a header`,
    { where, fix: FIX },
  );
}

/** Whether a header is 0, 1, 2, … or 1, 2, 3, … */
export function isCount(cells: readonly string[]): boolean {
  const numbers = cells.filter((cell) => cell.trim() !== '').map(Number);
  return numbers.length > 1 && numbers.every((value, at) => value === at + (numbers[0] === 1 ? 1 : 0));
}

/**
 * Checks a header again when the columns are known: a first line of data gives columns that are named like their own values.
 * Refuses the file if this is true of its label; otherwise returns the remarks.
 */
export function suspectHeader(columns: readonly CollectedColumn[], where: string): string[] {
  const label = columns.find(({ role }) => role === 'label');
  const others = columns.filter((one) => one !== label);
  const alike = others.filter(isCalledLikeAValue);
  const names = columns.map(({ column }) => column.name);
  const isCounted =
    names.every((name) => isNumberLike(name) || /^column_\d+$/.test(name)) &&
    isCount(names.filter(isNumberLike));
  if (!isCounted && label !== undefined && isCalledLikeAValue(label) && 2 * alike.length >= others.length) {
    throw new UserError(
      `the first line seems to be data, not a header: "${label.column.name}" is the name of the label column and also one of its classes`,
      { where, fix: FIX },
    );
  }
  const numbers = others.filter(({ column }) => isNumberLike(column.name)).map(({ column }) => column.name);
  if (numbers.length === 0 || 2 * numbers.length < others.length) return [];
  if (isCount(numbers) && !isNumberLike(label?.column.name ?? '')) return [];
  return [
    `${numbers.length} of ${columns.length} column names are numbers (${numbers.slice(0, 3).join(', ')}${numbers.length > 3 ? ', …' : ''}). If the first line is data, set \`header: false\`.`,
  ];
}

function isCalledLikeAValue({ column }: CollectedColumn): boolean {
  return column.kind === 'numeric' ? isNumberLike(column.name) : column.categories.includes(column.name);
}

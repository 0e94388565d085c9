import { type InspectedColumn, type InspectedTable, valueCodes } from './inspected-column.js';

/** The classes of a table's rows. */
export interface ClassTable {
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
}

/** Classes by the values of a column; rows without any are a class of their own. */
export function tableClasses({ column, distinct }: InspectedColumn): ClassTable {
  const codes = valueCodes(column);
  const names =
    column.kind === 'categorical'
      ? column.categories
      : Array.from({ length: distinct }, (_, code) => String(code));
  if (!codes.includes(-1)) return { labels: codes, classNames: names };
  return { labels: codes.map((code) => (code < 0 ? distinct : code)), classNames: [...names, ''] };
}

/** Evenly spread rows, at most so many. */
export function sampledRows({ rowCount }: Pick<InspectedTable, 'rowCount'>, most: number): Int32Array {
  const count = Math.min(rowCount, most);
  return Int32Array.from({ length: count }, (_, at) => Math.floor((at * rowCount) / count));
}

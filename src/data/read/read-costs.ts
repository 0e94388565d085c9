import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { UserError } from '../../errors.js';

/** Costs of a CSV table by true class and predicted class: the first line names the predicted classes, the first cell of each other line the true one. */
export function readCosts(path: string): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const [head = [], ...lines] = cellsOf(path);
  const predicted = head.slice(1);
  const rows = lines.map(([name = '', ...cells], at) => {
    if (cells.length !== predicted.length) {
      throw new UserError(`the line has ${cells.length} costs for ${predicted.length} predicted classes`, {
        where: `${path}:${at + 2}`,
        fix: 'Give a cost for each class that the first line names.',
      });
    }
    const costs = cells.map((cell, column) => [predicted[column] ?? '', costOf(cell, `${path}:${at + 2}`)]);
    return [name.trim(), Object.fromEntries(costs)];
  });
  return Object.fromEntries(rows);
}

function costOf(cell: string, where: string): number {
  const cost = cell.trim() === '' ? Number.NaN : Number(cell);
  if (cost >= 0 && Number.isFinite(cost)) return cost;
  throw new UserError(`the cost "${cell}" is not a number of 0 or more`, {
    where,
    fix: 'Write numbers with a decimal point.',
  });
}

function cellsOf(path: string): readonly (readonly string[])[] {
  try {
    return parse(readFileSync(path, 'utf8'), {
      relax_column_count: true,
      skip_empty_lines: true,
      bom: true,
      trim: true,
    });
  } catch (error) {
    throw new UserError(`the costs cannot be read (${(error as Error).message})`, {
      where: path,
      fix: 'Give a CSV table with a row per true class and a column per predicted class.',
      cause: error,
    });
  }
}

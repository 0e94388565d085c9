import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { UserError } from '../../errors.js';

/** Costs of a CSV table by true class and predicted class: the first line names the predicted classes, the first cell of each other line the true one. */
export function readCosts(path: string): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const [head, ...lines] = linesOf(path);
  const predicted = head?.record.slice(1) ?? [];
  const rows = lines.map((line) => {
    const [name = '', ...cells] = line.record;
    if (cells.length !== predicted.length) {
      throw new UserError(`the line has ${cells.length} costs for ${predicted.length} predicted classes`, {
        where: `${path}:${placeOf(line, 0).line}`,
        fix: 'Give a cost for each class that the first line names.',
      });
    }
    const costs = cells.map((cell, at) => {
      const other = predicted[at] ?? '';
      const cost = cell === '' ? Number.NaN : Number(cell);
      if (cost >= 0 && Number.isFinite(cost)) return [other, cost];
      const { line: row, column } = placeOf(line, at + 1);
      throw new UserError(
        `the cost "${cell}" of taking "${name}" for "${other}" is not a number of 0 or more`,
        {
          where: `${path}:${row}:${column}`,
          fix: 'Write numbers with a decimal point.',
        },
      );
    });
    return [name, Object.fromEntries(costs)];
  });
  return Object.fromEntries(rows);
}

/** A line of the table: its cells, the text around them, and the number of its last line in the file. */
interface CostLine {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

/** Where a cell begins, both counted from 1. */
function placeOf({ raw, info }: CostLine, cell: number): { readonly line: number; readonly column: number } {
  const text = raw.replace(/^[\r\n]+|[\r\n]+$/g, '');
  let at = 0;
  let isQuoted = false;
  for (let passed = 0; passed < cell && at < text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (text[at] === ',' && !isQuoted) passed++;
  }
  while (text[at] === ' ' || text[at] === '\t') at++;
  const before = text.slice(0, at).split(/\r\n|\r|\n/);
  const after = text.slice(at).split(/\r\n|\r|\n/);
  return { line: info.lines - (after.length - 1), column: (before.at(-1) ?? '').length + 1 };
}

function linesOf(path: string): readonly CostLine[] {
  try {
    return parse(readFileSync(path, 'utf8'), {
      relax_column_count: true,
      skip_empty_lines: true,
      bom: true,
      trim: true,
      info: true,
      raw: true,
    }) as unknown as readonly CostLine[];
  } catch (error) {
    throw new UserError(`the costs cannot be read (${(error as Error).message})`, {
      where: path,
      fix: 'Give a CSV table with a row per true class and a column per predicted class.',
      cause: error,
    });
  }
}

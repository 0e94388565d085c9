import { type Condition, parseWhere } from '../../where/where.js';
import type { FoundId } from '../store.js';
import type { ViewColumn } from './view-columns.js';

/** The words that the expression compares trials with. */
export function writtenTrials(where: string, columns: readonly ViewColumn[]): readonly string[] {
  const written: string[] = [];
  withWholeIds(parseWhere(where, columns), (kind, word) => {
    if (kind === 'trial') written.push(word);
    return word;
  });
  return written;
}

/** The condition with full ids in place of words that runs or trials are compared with for equality. */
export function withWholeIds(
  condition: Condition,
  idOf: (kind: FoundId['kind'], written: string) => string,
): Condition {
  const column = 'column' in condition ? condition.column : '';
  switch (condition.type) {
    case 'and':
    case 'or':
      return { ...condition, parts: condition.parts.map((part) => withWholeIds(part, idOf)) };
    case 'not':
      return { ...condition, part: withWholeIds(condition.part, idOf) };
    case 'in':
      return isId(column)
        ? { ...condition, values: condition.values.map((value) => idOf(column, String(value))) }
        : condition;
    case 'compare':
      return isId(column) && (condition.operator === '=' || condition.operator === '!=')
        ? { ...condition, value: idOf(column, String(condition.value)) }
        : condition;
    default:
      return condition;
  }
}

function isId(column: string): column is FoundId['kind'] {
  return column === 'run' || column === 'trial';
}

import { type Condition, parseWhere } from '../../where/where.js';
import type { FoundId, RunQuery } from '../store.js';
import type { ViewColumn } from './view-columns.js';
import { withWholeIds } from './where-ids.js';

/** The condition of a query with full ids; undefined if it has none. */
export function conditionOf(
  { where, trialNames }: RunQuery,
  columns: readonly ViewColumn[],
  findId: (kind: FoundId['kind'], start: string) => FoundId | null,
): Condition | undefined {
  if (where === undefined) return undefined;
  return withWholeIds(parseWhere(where, columns), (kind, written) => {
    const named = kind === 'trial' ? trialNames?.get(written) : undefined;
    return named ?? findId(kind, written)?.id ?? written;
  });
}

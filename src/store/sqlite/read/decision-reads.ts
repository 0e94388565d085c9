import type { RecordedDecision } from '../../store.js';
import { type Connection, queries } from '../file/connection.js';

/** The decisions of a search so far, in order of step. */
export function readDecisions(
  connection: Connection,
  sweep: string,
  search: string,
): readonly RecordedDecision[] {
  const rows = connection.all(
    queries
      .selectFrom('decisions')
      .select(['step', 'decision'])
      .where('sweep', '=', sweep)
      .where('search', '=', search)
      .orderBy('step'),
  );
  return rows.map(({ step, decision }) => ({ step, decision: JSON.parse(decision) as unknown }));
}

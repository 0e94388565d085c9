import type { DecisionEvent } from '../../store.js';
import { type Connection, queries } from '../connection.js';
import { rewriteChecksums, verify } from '../integrity/checksums.js';

const DECISIONS = ['decisions'];

/** Records a decision unless its step has one. Throws UserError if earlier ones are damaged, which a new checksum would hide. */
export function recordDecision(connection: Connection, event: DecisionEvent): void {
  const { sweep, search, step } = event;
  const known = queries.selectFrom('decisions').select('step').where('sweep', '=', sweep);
  if (connection.first(known.where('search', '=', search).where('step', '=', step)) !== undefined) return;
  verify(connection, 'sweep', [sweep], DECISIONS);
  connection.insertAll('decisions', [{ sweep, search, step, decision: JSON.stringify(event.decision) }]);
  rewriteChecksums(connection, 'sweep', [sweep], DECISIONS);
}

interface Withdrawn {
  readonly sweep: string;
  readonly search: string;
  /** The first step that goes. */
  readonly from: number;
}

/** Removes the decisions of a search from a step on. Throws UserError if some are damaged, which a new checksum would hide. */
export function withdrawDecisions(connection: Connection, { sweep, search, from }: Withdrawn): void {
  verify(connection, 'sweep', [sweep], DECISIONS);
  const own = queries.deleteFrom('decisions').where('sweep', '=', sweep).where('search', '=', search);
  connection.execute(own.where('step', '>=', from));
  rewriteChecksums(connection, 'sweep', [sweep], DECISIONS);
}

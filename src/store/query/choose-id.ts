import { UserError } from '../../errors.js';
import type { FoundId } from '../store.js';

/** How many candidates a message lists. */
const MOST_LISTED = 5;
/** How many candidates of each kind to find. */
export const MOST_CANDIDATES = MOST_LISTED + 1;

export interface IdQuestion {
  /** An id or the start of one. */
  readonly start: string;
  readonly kinds: readonly FoundId['kind'][];
  /** The store, for the error. */
  readonly where: string;
}

/** The candidate that is meant; null if there is none. Throws UserError if there are several. */
export function chooseId(
  candidates: readonly FoundId[],
  { start, kinds, where }: IdQuestion,
): FoundId | null {
  const exact = candidates.find(({ id }) => id === start);
  if (exact !== undefined || candidates.length < 2) return exact ?? candidates[0] ?? null;
  const listed = candidates.slice(0, MOST_LISTED).map(({ kind, id }) => `${kind} ${id}`);
  const more = candidates.length > MOST_LISTED ? ' and others' : '';
  throw new UserError(
    `several ${kinds.map((kind) => `${kind}s`).join(' or ')} have an id that starts with "${start}"`,
    { where, fix: `Give more of the id: ${listed.join(', ')}${more}.` },
  );
}

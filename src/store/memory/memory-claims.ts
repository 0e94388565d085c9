import { SETTLED } from '../../sweep.js';
import { type RunEvent, runOf } from '../events.js';
import { claimedByAnother } from '../refusals.js';
import type { Claim, ClaimRequest } from '../store.js';
import { knownSweep, type MemoryState, plannedRun } from './memory-state.js';

/** Claims runs in the order of the request. */
export function grantClaims(state: MemoryState, request: ClaimRequest): readonly Claim[] {
  const { claims, runs } = knownSweep(state, request.sweep);
  const now = Date.now();
  const all = [...state.sweeps.values()].map((sweep) => sweep.claims);
  const free = request.runs.filter((runId) => {
    const isClaimed = all.some((own) => (own.get(runId)?.expiresAtMs ?? 0) > now);
    if (!runs.has(runId) || isClaimed) return false;
    return !SETTLED.includes(plannedRun(state, runId).state);
  });
  return free.slice(0, request.most).map((runId) => {
    const token = ++state.tokens;
    for (const own of all) own.delete(runId);
    claims.set(runId, { token, leaseMs: request.leaseMs, expiresAtMs: now + request.leaseMs });
    return { runId, token };
  });
}

/** Sweeps by name and tokens of claims that a writer holds. */
interface Holding {
  readonly held: ReadonlyMap<string, number>;
  readonly claims: ReadonlySet<number>;
}

/** Throws UserError unless every run is claimed as its event says or, for an event without a token, by no other writer. */
export function refuseStaleClaims(
  state: MemoryState,
  events: readonly RunEvent[],
  { held, claims }: Holding,
): void {
  for (const event of events) {
    const runId = runOf(event);
    const { claim } = event;
    if (claim === undefined && held.size === 0) {
      throw new Error('a writer that joined a sweep records only runs that it has claimed');
    }
    const known = [...state.sweeps].flatMap(([sweep, own]) => {
      const token = own.claims.get(runId)?.token;
      return token === undefined ? [] : [{ sweep, token }];
    });
    const isCurrent =
      claim === undefined
        ? !known.some(({ sweep, token }) => held.has(sweep) && !claims.has(token))
        : known.some(({ token }) => token === claim);
    if (!isCurrent) throw claimedByAnother(state.where, runId);
  }
}

/** Releases a claim, unless another writer has claimed the run since. */
export function releaseClaim({ sweeps }: MemoryState, token: number): void {
  for (const { claims } of sweeps.values()) {
    for (const [runId, claim] of claims) if (claim.token === token) claims.delete(runId);
  }
}

import { SETTLED } from '../../../sweep.js';
import { type RunEvent, runOf } from '../../events.js';
import type { OfferedRun, OffersLeft } from '../../store.js';
import { knownSweep, type MemoryState, plannedRun } from '../memory-state.js';

/** Replaces the offers of a sweep. Runs that have ended are none. */
export function offerInMemory(
  state: MemoryState,
  sweep: string,
  offers: readonly Omit<OfferedRun, 'sweep'>[],
): void {
  const own = knownSweep(state, sweep).offers;
  own.clear();
  for (const { runId, pauseAfter } of offers) {
    if (!SETTLED.includes(plannedRun(state, runId).state)) own.set(runId, pauseAfter);
  }
}

/** The first offers of a sweep, or of all, that nobody has claimed. */
export function freeOffers(
  state: MemoryState,
  { sweep, most }: { readonly sweep?: string | undefined; readonly most: number },
): readonly OfferedRun[] {
  const names = sweep === undefined ? [...state.sweeps.keys()].toSorted() : [sweep];
  const all = names.flatMap((name) =>
    [...knownSweep(state, name).offers].map(([runId, pauseAfter]) => ({ sweep: name, runId, pauseAfter })),
  );
  return all.filter(({ runId }) => !isClaimed(state, runId)).slice(0, most);
}

/** How many offers of a sweep are left. */
export function leftInMemory(state: MemoryState, sweep: string): OffersLeft {
  const runs = [...knownSweep(state, sweep).offers.keys()];
  const claimed = runs.filter((runId) => isClaimed(state, runId)).length;
  return { waiting: runs.length - claimed, claimed };
}

/** Ends the offer of a run that has ended, in all sweeps, or that pauses for the sweep of its claim. */
export function endOffer(state: MemoryState, event: RunEvent): void {
  const runId = runOf(event);
  const hasEnded = event.type === 'complete' || event.type === 'failed';
  if (hasEnded) plannedRun(state, runId).checkpoint = undefined;
  for (const { claims, offers } of state.sweeps.values()) {
    const isOwn = event.claim !== undefined && claims.get(runId)?.token === event.claim;
    if (hasEnded || (event.type === 'pruned' && isOwn)) offers.delete(runId);
  }
}

/** Forgets what a sweep keeps for workers. */
export function endQueueInMemory(state: MemoryState, sweep: string): void {
  const own = knownSweep(state, sweep);
  own.offers.clear();
  own.shipped = [];
  for (const runId of own.runs) plannedRun(state, runId).checkpoint = undefined;
}

function isClaimed({ sweeps }: MemoryState, runId: string): boolean {
  const now = Date.now();
  return [...sweeps.values()].some(({ claims }) => (claims.get(runId)?.expiresAtMs ?? 0) > now);
}

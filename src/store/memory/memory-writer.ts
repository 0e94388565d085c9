import { costedMetrics } from '../content/costed.js';
import { endsClaim } from '../events.js';
import { heldByAnother, neverLaunched, otherDataset, takenOver } from '../refusals.js';
import type { Claim, ClaimRequest, SweepWriter } from '../store.js';
import { grantClaims, refuseStaleClaims, releaseClaim } from './memory-claims.js';
import { applyEvents } from './memory-events.js';
import { dropUnwanted } from './memory-kept.js';
import { addMembers, interruptAbandoned, plannedStates, recordLaunch } from './memory-plan.js';
import {
  holderOf,
  knownSweep,
  liveEpochs,
  type MemoryState,
  type MemorySweep,
  plannedRun,
  runsInOrder,
} from './memory-state.js';
import {
  endOffer,
  endQueueInMemory,
  freeOffers,
  leftInMemory,
  offerInMemory,
} from './sweeps/memory-offers.js';

/** A writer of a store in memory. */
export function memoryWriter(state: MemoryState): SweepWriter {
  /** Tokens of the sweeps that this writer holds, and of those that it joined. */
  const held = new Map<string, number>();
  const joined = new Map<string, number>();
  const claims = new Set<number>();
  const own = (): readonly MemorySweep[] =>
    [...held, ...joined].map(([name, token]) => {
      const sweep = knownSweep(state, name);
      if (sweep.token !== token) throw takenOver(state.where, name, holderOf(sweep));
      return sweep;
    });
  const requireHeld = (sweep: string, does: string): void => {
    own();
    if (!held.has(sweep)) throw new Error(`only the holder of a sweep ${does}`);
  };
  const ownClaims = () =>
    own().flatMap((sweep) => [...sweep.claims.values()].filter(({ token }) => claims.has(token)));
  const claim = (request: ClaimRequest): readonly Claim[] => {
    own();
    if (!held.has(request.sweep) && !joined.has(request.sweep)) {
      throw new Error('runs are claimed by a writer that holds or joined their sweep');
    }
    const granted = grantClaims(state, request);
    for (const { token } of granted) claims.add(token);
    return granted;
  };
  return {
    open: async (record) => {
      const known = state.sweeps.get(record.name);
      if (known !== undefined && known.record.dataset.fingerprint !== record.dataset.fingerprint) {
        throw otherDataset(state.where, record, known.record.dataset.fingerprint);
      }
      if (known?.holder !== undefined && held.get(record.name) !== known.token) {
        throw heldByAnother(state.where, record.name, holderOf(known));
      }
      const sweep = recordLaunch(state, record);
      if (!held.has(record.name)) {
        sweep.token++;
        sweep.holder = { sinceMs: Date.now(), stopRequested: false };
        sweep.claims.clear();
        sweep.offers.clear();
        held.set(record.name, sweep.token);
      }
      interruptAbandoned(state, sweep);
      return plannedStates(state, record);
    },
    extend: async (record) => {
      requireHeld(record.name, 'extends it');
      addMembers(state, knownSweep(state, record.name), record);
      return plannedStates(state, record);
    },
    join: async (name) => {
      const sweep = state.sweeps.get(name);
      if (sweep === undefined) throw neverLaunched(state.where, name);
      joined.set(name, sweep.token);
    },
    failures: async (name) => {
      const runs = runsInOrder(state, knownSweep(state, name));
      return new Map(runs.filter(({ failures }) => failures > 0).map((run) => [run.run.runId, run.failures]));
    },
    states: async (runIds) => new Map(runIds.map((runId) => [runId, plannedRun(state, runId).state])),
    scores: async (name) => {
      const sweep = knownSweep(state, name);
      return new Map(
        runsInOrder(state, sweep).flatMap(({ run, result }) =>
          result ? [[run.runId, costedMetrics(sweep.record.costs, result.validation)]] : [],
        ),
      );
    },
    epochs: async (runIds) =>
      new Map(
        runIds.flatMap((runId) => {
          const run = state.runs.get(runId);
          const epochs = run?.result?.epochs ?? (run && liveEpochs(run)) ?? [];
          return epochs.length === 0 ? [] : [[runId, epochs] as const];
        }),
      ),
    decisions: async (name, search) => decisionsOf(state, name, search),
    claim: async (request) => claim(request),
    claimOffered: async (request) => {
      const offers = freeOffers(state, request);
      const granted = claim({ ...request, runs: offers.map(({ runId }) => runId) });
      return offers.flatMap((offer) => {
        const own = granted.find(({ runId }) => runId === offer.runId);
        return own === undefined ? [] : [{ ...offer, ...own }];
      });
    },
    offer: async (name, offers) => {
      requireHeld(name, 'offers its runs');
      offerInMemory(state, name, offers);
    },
    offers: async (request) => freeOffers(state, request),
    offersLeft: async (name) => leftInMemory(state, name),
    ship: async (name, files) => {
      requireHeld(name, 'ships its files');
      const copies = files.map(({ path, gzip }) => ({ path, gzip: gzip.slice() }));
      knownSweep(state, name).shipped = copies.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    },
    checkpoints: async (runIds) =>
      new Map(
        runIds.flatMap((runId) => {
          const kept = state.runs.get(runId)?.checkpoint;
          return kept === undefined ? [] : [[runId, kept] as const];
        }),
      ),
    endQueue: async (name) => {
      requireHeld(name, 'ends its queue');
      endQueueInMemory(state, name);
    },
    shipped: async (name) => knownSweep(state, name).shipped,
    record: async (events) => {
      own();
      const ofRuns = events.filter((event) => event.type !== 'decision');
      refuseStaleClaims(state, ofRuns, { held, claims });
      applyEvents(state, events);
      for (const event of ofRuns) endOffer(state, event);
      for (const { type, claim } of ofRuns) {
        if (claim !== undefined && endsClaim(type)) releaseClaim(state, claim);
      }
    },
    beat: async () => {
      const sweeps = own();
      for (const claim of ownClaims()) claim.expiresAtMs = Date.now() + claim.leaseMs;
      return sweeps.some(({ holder }) => holder?.stopRequested === true) ? 'stop' : 'go on';
    },
    close: async () => {
      for (const token of claims) releaseClaim(state, token);
      for (const [name, token] of held) {
        const sweep = knownSweep(state, name);
        if (sweep.token !== token) continue;
        dropUnwanted(state, sweep);
        sweep.holder = undefined;
      }
      held.clear();
      joined.clear();
    },
  };
}

/** The decisions of a search so far, in order of step. */
export function decisionsOf({ sweeps }: MemoryState, name: string, search: string) {
  const steps = [...(sweeps.get(name)?.decisions.get(search) ?? [])];
  return steps.map(([step, decision]) => ({ step, decision })).toSorted((a, b) => a.step - b.step);
}

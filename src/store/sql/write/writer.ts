import { endsClaim } from '../../events.js';
import type { Claim, ClaimRequest, SweepWriter } from '../../store.js';
import type { Connection } from '../connection.js';
import { claimRuns, dropClaims, releaseClaims, renewClaims, requireClaims } from '../hold/claims.js';
import {
  holds,
  holdToken,
  releaseHold,
  renewHold,
  requireHold,
  takeHold,
  watchHolder,
} from '../hold/holders.js';
import {
  claimOffers,
  countOffers,
  endQueue,
  offerRuns,
  readCheckpoints,
  readOffers,
  readShipped,
  shipFiles,
} from '../hold/offers.js';
import { verify } from '../integrity/checksums.js';
import { KeptRuns } from '../kept/kept-runs.js';
import { readDecisions } from '../read/plan-reads.js';
import { readFinishedEpochs, readLiveEpochs } from '../read/progress-reads.js';
import { readScores } from '../read/run-reads.js';
import { recordEvents } from './event-writes.js';
import { extendPlan, readStates, recordPlan, settledStates } from './plan-writes.js';
import { readFailures } from './run-state.js';

/** Each sign of life is a durable write, so they are rare; checking whether to stop is cheap. */
const RENEW_AFTER_MS = 5_000;

/** A writer on an open database; `onNote` receives a message when it has to wait. */
export function sqlWriter(connection: Connection, onNote: (text: string) => void = () => {}): SweepWriter {
  /** Fencing tokens of the sweeps that this writer holds, and of those that it joined. */
  const held = new Map<string, number>();
  const joined = new Map<string, number>();
  const claims = new Set<number>();
  const kept = new KeptRuns(connection);
  let renewedAtMs = performance.now();
  let renewAfterMs = RENEW_AFTER_MS;
  const requireHolds = () =>
    [...held, ...joined].map(([sweep, token]) => requireHold(connection, sweep, token));
  const isForeign = ({ sweep, token }: { readonly sweep: string; readonly token: number }) =>
    held.has(sweep) && !claims.has(token);
  /** Who only joined a sweep writes what belongs to its claims, which nobody else touches while they last. */
  const writing = (work: () => void): void =>
    connection.transaction(work, held.size === 0 ? 'write' : 'wait');
  const renew = (): void =>
    writing(() => {
      requireHolds();
      for (const [sweep, token] of held) renewHold(connection, sweep, token);
      renewClaims(connection, [...claims]);
    });
  const asHolder = <T>(sweep: string, does: string, work: () => T): T =>
    connection.transaction(() => {
      requireHolds();
      if (!held.has(sweep)) throw new Error(`only the holder of a sweep ${does}`);
      return work();
    });
  const claiming = <Granted extends Claim>(
    { sweep, leaseMs }: Omit<ClaimRequest, 'runs'>,
    claim: () => readonly Granted[],
  ): readonly Granted[] => {
    const granted = connection.transaction(() => {
      requireHolds();
      if (!held.has(sweep) && !joined.has(sweep)) {
        throw new Error('runs are claimed by a writer that holds or joined their sweep');
      }
      return claim();
    });
    for (const { token } of granted) claims.add(token);
    renewAfterMs = Math.min(renewAfterMs, leaseMs / 3);
    return granted;
  };
  return {
    open: async (sweep) => {
      const { name } = sweep;
      const silent = held.has(name) ? undefined : watchHolder(connection, name, onNote);
      const { token, states } = connection.transaction(() => {
        recordPlan(connection, sweep);
        const token = held.get(name) ?? takeHold(connection, name, silent);
        if (!held.has(name)) {
          dropClaims(connection, name);
          offerRuns(connection, name, []);
        }
        return { token, states: settledStates(connection, sweep) };
      });
      kept.watch(sweep);
      held.set(name, token);
      return states;
    },
    extend: async (sweep) =>
      asHolder(sweep.name, 'extends it', () => {
        extendPlan(connection, sweep);
        return readStates(
          connection,
          sweep.runs.map(({ runId }) => runId),
        );
      }),
    join: async (sweep) => {
      joined.set(sweep, holdToken(connection, sweep));
    },
    failures: async (sweep) => readFailures(connection, sweep),
    states: async (runIds) => connection.snapshot(() => readStates(connection, runIds)),
    scores: async (sweep) =>
      connection.snapshot(() => {
        const scores = readScores(connection, sweep);
        verify(connection, 'run_id', [...scores.keys()], ['split_metrics']);
        return scores;
      }),
    epochs: async (runIds) =>
      connection.snapshot(() => {
        const finished = readFinishedEpochs(connection, runIds);
        verify(connection, 'run_id', [...finished.keys()], ['epochs']);
        return new Map([...readLiveEpochs(connection, runIds), ...finished]);
      }),
    decisions: async (sweep, search) =>
      connection.snapshot(() => {
        verify(connection, 'sweep', [sweep], ['decisions']);
        return readDecisions(connection, sweep, search);
      }),
    claim: async (request) => claiming(request, () => claimRuns(connection, request)),
    claimOffered: async (request) => claiming(request, () => claimOffers(connection, request)),
    offer: async (sweep, offers) =>
      asHolder(sweep, 'offers its runs', () => offerRuns(connection, sweep, offers)),
    offers: async (request) => connection.snapshot(() => readOffers(connection, request)),
    offersLeft: async (sweep) => {
      if (held.has(sweep)) kept.look();
      return connection.snapshot(() => countOffers(connection, sweep));
    },
    ship: async (sweep, files) =>
      asHolder(sweep, 'ships its files', () => shipFiles(connection, sweep, files)),
    checkpoints: async (runIds) => connection.snapshot(() => readCheckpoints(connection, runIds)),
    endQueue: async (sweep) => asHolder(sweep, 'ends its queue', () => endQueue(connection, sweep)),
    shipped: async (sweep) => connection.snapshot(() => readShipped(connection, sweep)),
    record: async (events) => {
      const ofRuns = events.filter((event) => event.type !== 'decision');
      writing(() => {
        requireHolds();
        if (held.size === 0 && ofRuns.some(({ claim }) => claim === undefined)) {
          throw new Error('a writer that joined a sweep records only runs that it has claimed');
        }
        requireClaims(connection, ofRuns, isForeign);
        recordEvents(connection, events);
        kept.recorded(events);
      });
      for (const { type, claim } of ofRuns) {
        if (claim !== undefined && endsClaim(type)) claims.delete(claim);
      }
    },
    beat: async () => {
      connection.requireSameFile();
      const holders = connection.snapshot(requireHolds);
      if (performance.now() - renewedAtMs >= renewAfterMs) {
        renewedAtMs = performance.now();
        renew();
      }
      return holders.some(({ stop_requested }) => stop_requested === 1) ? 'stop' : 'go on';
    },
    close: async () => {
      try {
        if (held.size + joined.size > 0) {
          connection.transaction(() => {
            const isOurs = ([sweep, token]: [string, number]) => holds(connection, sweep, token);
            if ([...held].every(isOurs)) kept.prune();
            releaseClaims(connection, [...claims]);
            for (const [sweep, token] of held) releaseHold(connection, sweep, token);
          });
        }
      } finally {
        connection.close();
      }
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../errors.js';
import { searchIdOf } from '../../plan/identity.js';
import type { SweepPlan } from '../../plan/plan.js';
import type { Decision } from '../../search/decision.js';
import type { OfferedRun } from '../../store/store.js';
import { withRecorded } from '../follow-search.js';
import { oneByOne, pacedClaims } from '../groups/claim-pace.js';
import type { GroupQueue } from '../groups/claim-runs.js';
import type { PlannedRun } from '../groups/follow-group.js';
import { formGroups, type Grouping, trainersById } from '../groups/form-groups.js';
import { trainGroups } from '../groups/train-groups.js';
import { createRecorder, type Recorder } from '../record/run-recorder.js';
import { createStopping } from '../stopping.js';
import { type RunSweepOptions, requireUsable } from '../sweep-options.js';
import { removeEnded, type SharedCheckpoints, sharedCheckpoints } from './share-checkpoints.js';

/** How often a worker without work asks for some, and after how long it asks whether another sweep has more. */
const ASK_EVERY_MS = 250;
const QUIET_MS = 2000;
/** A worker that gives no sign of life for so long loses its runs to others: it is gone, frozen, or cut off. */
const LEASE_MS = 20_000;
/** Runs that were claimed together are quick if others are wanted so soon. */
const QUICK_MS = 500;
/** Offers that are read at a time: enough for the largest group. */
const MOST_OFFERS = 64;

/**
 * Trains what the holder of a sweep offers, until nothing has been offered for a moment. The writer has joined the sweep. Throws
 * LostClaimError if somebody else has the sweep or a run now, and UserError if an offer is no run of the plan.
 */
export async function serveSweep(options: RunSweepOptions): Promise<void> {
  requireUsable(options);
  const { plan, writer } = options;
  const recorder = createRecorder(options, new Map(await writer.failures(plan.spec.name)));
  const stopping = createStopping(options);
  const suspects: PlannedRun[] = [];
  const { checkpoints } = options;
  const shared = checkpoints && sharedCheckpoints(writer, checkpoints.folder);
  const sharing = shared && setInterval(shared.shareAll, checkpoints.everyMs);
  const onEvent = shared === undefined ? recorder.onEvent : shared.following(recorder.onEvent);
  const watched: Recorder = {
    ...recorder,
    onEvent(event) {
      onEvent(event);
      if (event.type === 'failed' && recorder.standing(event.run.runId) === 'suspect') suspects.push(event);
    },
  };
  const offered = createOffered(options);
  if (options.crash !== undefined) {
    const runs = await offered.planned(options.crash.runIds);
    const blamed = await offered.claim(runs, runs.length);
    recorder.blame(options.crash, blamed);
    suspects.push(...blamed.filter(({ run }) => recorder.standing(run.runId) === 'suspect'));
  }
  const groups = offeredGroups(options, { offered, recorder, shared, suspects, stop: stopping.stop });
  const trained = trainGroups(options, groups, watched, { stop: stopping.stop });
  try {
    await Promise.race([trained, stopping.lost]);
  } finally {
    await Promise.allSettled([trained]);
    clearInterval(sharing);
    await stopping.end();
  }
  await recorder.flush();
  if (checkpoints !== undefined) await removeEnded(writer, checkpoints.folder, plan.runs);
}

interface Serving {
  readonly offered: Offered;
  readonly recorder: Recorder;
  /** Claimed runs that have failed and are to be tried again. */
  readonly suspects: PlannedRun[];
  readonly shared: SharedCheckpoints | undefined;
  readonly stop: AbortSignal;
}

/** Claims one group after another of what is offered; runs that have failed train again alone. */
function offeredGroups(
  { lanes, splits, trainers, workers }: RunSweepOptions,
  { offered, recorder, shared, suspects, stop }: Serving,
): GroupQueue {
  const grouping: Grouping = { trainerOf: trainersById(trainers), isSplitPerSeed: splits !== undefined };
  const isSuspect = ({ run }: PlannedRun): boolean => recorder.standing(run.runId) === 'suspect';
  const claimed: (readonly PlannedRun[])[] = [];
  const pace = { least: workers, most: MOST_OFFERS, shortestMs: QUICK_MS };
  const groupsOf = (runs: readonly PlannedRun[]): readonly (readonly PlannedRun[])[] => [
    ...formGroups(
      runs.filter((planned) => !isSuspect(planned)),
      grouping,
      lanes,
    ),
    ...runs.filter(isSuspect).map((planned) => [planned]),
  ];
  const claimMore = pacedClaims(pace, async (most) => {
    const groups = groupsOf(await offered.next());
    const runs = groups.slice(0, most).flat().length;
    const wanted = await offered.claim(groups.flat(), runs);
    // Where many claim at a time, others may have been faster with all that was read.
    claimed.push(...groupsOf(wanted.length > 0 || runs === 0 ? wanted : await offered.claimFirst(runs)));
    return claimed.length;
  });
  const claimNext = oneByOne(async (): Promise<readonly PlannedRun[]> => {
    // What was claimed before it was wanted may be offered no longer.
    if (claimed.length > 0 && (await offered.isOver())) claimed.length = 0;
    if (claimed.length === 0) await claimMore();
    const group = claimed.shift() ?? [];
    await shared?.fetch(group);
    return group;
  });
  return {
    ready: workers,
    async next() {
      for (let quietMs = 0; !stop.aborted && quietMs < QUIET_MS; quietMs += ASK_EVERY_MS) {
        const again = suspects.shift();
        const group = again === undefined ? await claimNext() : [again];
        if (group.length > 0) return group;
        await recorder.flush();
        await delay(ASK_EVERY_MS, undefined, { signal: stop }).catch(() => {});
      }
      return undefined;
    },
  };
}

/** What a sweep offers, as runs of its plan. */
interface Offered {
  /** What comes next. */
  next(): Promise<readonly PlannedRun[]>;
  /** Those of some runs that the plan has. */
  planned(runIds: readonly string[]): Promise<readonly PlannedRun[]>;
  /** Whether nothing is offered any more, and nothing that was has yet to end. */
  isOver(): Promise<boolean>;
  /** Claims at most so many of some runs, those that this worker may train now. */
  claim(runs: readonly PlannedRun[], most: number): Promise<readonly PlannedRun[]>;
  /** Claims at most so many of what comes next. */
  claimFirst(most: number): Promise<readonly PlannedRun[]>;
}

function createOffered({ plan: first, writer }: RunSweepOptions): Offered {
  const sweep = first.spec.name;
  let known = byId(first);
  /** Cohorts that the plan does not have are read from the decisions of the search. */
  const planned = async (runIds: readonly string[]): Promise<readonly PlannedRun[]> => {
    if (runIds.some((runId) => !known.has(runId))) {
      const recorded = await writer.decisions(sweep, searchIdOf(first));
      const decisions = recorded.map(({ decision }) => decision as Decision);
      known = byId(withRecorded(first, decisions));
    }
    return runIds.flatMap((runId) => known.get(runId) ?? []);
  };
  const plannedOffers = async (offers: readonly OfferedRun[]): Promise<readonly PlannedRun[]> => {
    const runs = await planned(offers.map(({ runId }) => runId));
    if (runs.length < offers.length) throw otherPlan(sweep);
    return runs.map((run, at) => ({ ...run, pauseAfter: offers[at]?.pauseAfter }));
  };
  return {
    planned,
    next: async () => plannedOffers(await writer.offers({ sweep, most: MOST_OFFERS })),
    async isOver() {
      const { waiting, claimed } = await writer.offersLeft(sweep);
      return waiting + claimed === 0;
    },
    async claim(wanted, most) {
      if (wanted.length === 0) return wanted;
      const runs = wanted.map(({ run }) => run.runId);
      const tokens = new Map(
        (await writer.claim({ sweep, runs, most, leaseMs: LEASE_MS })).map(({ runId, token }) => [
          runId,
          token,
        ]),
      );
      return wanted.flatMap((one) => withClaim(one, tokens.get(one.run.runId)));
    },
    async claimFirst(most) {
      const offers = await writer.claimOffered({ sweep, most, leaseMs: LEASE_MS });
      return (await plannedOffers(offers)).flatMap((one, at) => withClaim(one, offers[at]?.token));
    },
  };
}

/** The run under a claim of this worker, if it has one. */
function withClaim(planned: PlannedRun, claim: number | undefined): readonly PlannedRun[] {
  return claim === undefined ? [] : [{ ...planned, claim }];
}

function byId({ runs, trials }: SweepPlan): ReadonlyMap<string, PlannedRun> {
  const ofId = new Map(trials.map((trial) => [trial.trialId, trial]));
  return new Map(
    runs.flatMap((run) => {
      const trial = ofId.get(run.trialId);
      return trial === undefined ? [] : [[run.runId, { run, trial }] as const];
    }),
  );
}

function otherPlan(sweep: string): UserError {
  return new UserError(`the sweep "${sweep}" offers runs that this machine plans otherwise`, {
    fix: 'Use the same version of focalsweep and the same engine as its launch: focalsweep doctor',
  });
}

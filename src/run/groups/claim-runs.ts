import type { SweepWriter } from '../../store/store.js';
import { oneByOne, pacedClaims } from './claim-pace.js';
import { datasetChoice, type PlannedRun } from './follow-group.js';
import { formGroups, type Grouping } from './form-groups.js';
import { datasetKey } from './run-datasets.js';
import { sideBySide } from './side-by-side.js';

/** Runs that groups are formed of at a time, and the most per durable write of claims. */
const CHUNK = 1024;
/**
 * Claimed are the groups that begin and as many to follow them, so that launches on one database share the work to its end. A claim is a
 * durable write: where it lasts for less than this, the next one takes twice as many.
 */
const SHORTEST_CLAIM_MS = 1000;
/** A process that gives no sign of life for this long may lose its claims to another one. */
const LEASE_MS = 60_000;

/** Groups of runs that this process has claimed. */
export interface GroupQueue {
  /** How many groups are claimed to begin with: at least one for each worker, as far as there are. */
  readonly ready: number;
  next(): Promise<readonly PlannedRun[] | undefined>;
}

/** Claims runs of one sweep for this process. */
export interface Claimer {
  /** Groups of at most `size` runs or what their trainer prefers, in the order given; runs that another process trains are left out. */
  groups(runs: readonly PlannedRun[], size?: number): Promise<GroupQueue>;
  /** Those of some runs that were asked for and left out. */
  others(runs: readonly PlannedRun[]): readonly PlannedRun[];
}

/** What claims are made with: a writer that holds or joined the sweep. */
interface Claiming extends Grouping {
  readonly writer: SweepWriter;
  readonly sweep: string;
  /** How many groups train at a time. */
  readonly workers: number;
}

export function createClaimer({ writer, sweep, workers, ...grouping }: Claiming): Claimer {
  const tokens = new Map<string, number>();
  const claim = async (runs: readonly PlannedRun[]): Promise<void> => {
    const wanted = runs.map(({ run }) => run.runId).filter((runId) => !tokens.has(runId));
    if (wanted.length > 0) {
      const request = { sweep, runs: wanted, most: wanted.length, leaseMs: LEASE_MS };
      for (const { runId, token } of await writer.claim(request)) tokens.set(runId, token);
    }
  };
  const claimedOf = (group: Group): Group =>
    group.flatMap((planned) => {
      const token = tokens.get(planned.run.runId);
      return token === undefined ? [] : [{ ...planned, claim: token }];
    });
  const claimGroups = async (groups: readonly Group[]): Promise<readonly Group[]> => {
    await claim(groups.flat());
    return groups.map(claimedOf).filter((own) => own.length > 0);
  };
  return {
    groups: (runs, size) => queueOf(formed(byDataset(runs, grouping), grouping, size), claimGroups, workers),
    others: (runs) => runs.filter(({ run }) => !tokens.has(run.runId)),
  };
}

/** Dataset after dataset, so that few are in memory at a time. */
function byDataset(
  runs: readonly PlannedRun[],
  { isSplitPerSeed }: Pick<Grouping, 'isSplitPerSeed'>,
): readonly PlannedRun[] {
  return sideBySide(runs, (planned) => datasetKey(datasetChoice(planned), isSplitPerSeed));
}

type Group = readonly PlannedRun[];

function* formed(runs: readonly PlannedRun[], grouping: Grouping, size?: number): Generator<Group> {
  for (let at = 0; at < runs.length; at += CHUNK) {
    yield* formGroups(runs.slice(at, at + CHUNK), grouping, size);
  }
}

/** Claims more groups when those of the last claim are used up. */
async function queueOf(
  groups: Generator<Group>,
  claimGroups: (groups: readonly Group[]) => Promise<readonly Group[]>,
  workers: number,
): Promise<GroupQueue> {
  const claimed: Group[] = [];
  let isOver = false;
  const nextGroups = (most: number): readonly Group[] => {
    const taken: Group[] = [];
    for (let runs = 0; taken.length < most && runs < CHUNK; ) {
      const { done, value } = groups.next();
      isOver = done === true;
      if (value === undefined) break;
      taken.push(value);
      runs += value.length;
    }
    return taken;
  };
  let wanted = workers;
  const pace = { least: 2 * workers, most: CHUNK, shortestMs: SHORTEST_CLAIM_MS };
  const fill = pacedClaims(pace, async (most) => {
    while (claimed.length < wanted && !isOver) claimed.push(...(await claimGroups(nextGroups(most))));
    return claimed.length;
  });
  await fill();
  const ready = claimed.length;
  wanted = 1;
  return {
    ready,
    next: oneByOne(async () => {
      if (claimed.length === 0 && !isOver) await fill();
      return claimed.shift();
    }),
  };
}

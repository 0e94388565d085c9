import type { SweepWriter } from '../../store/store.js';
import { datasetChoice, type PlannedRun } from './follow-group.js';
import { formGroups, type Grouping } from './form-groups.js';
import { datasetKey } from './run-datasets.js';

/** Runs per durable write of claims. */
const CHUNK = 1024;
/** A process that gives no sign of life for this long may lose its claims to another one. */
const LEASE_MS = 60_000;

/** Groups of runs that this process has claimed. */
export interface GroupQueue {
  /** How many groups there are before more runs are claimed. */
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
}

export function createClaimer({ writer, sweep, ...grouping }: Claiming): Claimer {
  const tokens = new Map<string, number>();
  const claim = async (runs: readonly PlannedRun[]): Promise<readonly PlannedRun[]> => {
    const wanted = runs.map(({ run }) => run.runId).filter((runId) => !tokens.has(runId));
    if (wanted.length > 0) {
      const request = { sweep, runs: wanted, most: wanted.length, leaseMs: LEASE_MS };
      for (const { runId, token } of await writer.claim(request)) tokens.set(runId, token);
    }
    return runs.flatMap((planned) => {
      const token = tokens.get(planned.run.runId);
      return token === undefined ? [] : [{ ...planned, claim: token }];
    });
  };
  return {
    groups: (runs, size) =>
      queueOf(byDataset(runs, grouping), async (chunk) => formGroups(await claim(chunk), grouping, size)),
    others: (runs) => runs.filter(({ run }) => !tokens.has(run.runId)),
  };
}

/** Dataset after dataset, so that few are in memory at a time. */
function byDataset(
  runs: readonly PlannedRun[],
  { isSplitPerSeed }: Pick<Grouping, 'isSplitPerSeed'>,
): readonly PlannedRun[] {
  const ofDataset = new Map<string, PlannedRun[]>();
  for (const planned of runs) {
    const key = datasetKey(datasetChoice(planned), isSplitPerSeed);
    const own = ofDataset.get(key);
    if (own === undefined) ofDataset.set(key, [planned]);
    else own.push(planned);
  }
  return [...ofDataset.values()].flat();
}

/** Claims the next chunk of runs when the groups of the last one are used up. */
async function queueOf(
  runs: readonly PlannedRun[],
  claimGroups: (chunk: readonly PlannedRun[]) => Promise<readonly (readonly PlannedRun[])[]>,
): Promise<GroupQueue> {
  let at = 0;
  const groups: (readonly PlannedRun[])[] = [];
  const refill = async (): Promise<void> => {
    while (groups.length === 0 && at < runs.length) {
      const chunk = runs.slice(at, at + CHUNK);
      at += CHUNK;
      groups.push(...(await claimGroups(chunk)));
    }
  };
  let refilled = refill();
  await refilled;
  return {
    ready: groups.length,
    async next() {
      refilled = refilled.then(refill);
      await refilled;
      return groups.shift();
    },
  };
}

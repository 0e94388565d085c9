import type { TrialPlan } from '../../plan/plan.js';
import { openStore } from '../../store/open-store.js';
import { counted } from '../../wording/counted.js';

/** Runs of a plan that have a result in a database. */
export interface KnownRuns {
  readonly finished: ReadonlySet<string>;
  /** How many of them the sweep of that name does not have, but others do; each counts for the first of them. */
  readonly fromOthers: ReadonlyMap<string, number>;
}

/** What a database knows of the runs of a plan; nothing, if there is none. */
export async function knownRuns(db: string, { spec, runs }: TrialPlan): Promise<KnownRuns> {
  const store = openStore(db);
  if (!(await store.exists())) return { finished: new Set(), fromOthers: new Map() };
  const reader = await store.reader();
  try {
    const finished = await reader.finished(runs.map(({ runId }) => runId));
    const fromOthers = new Map<string, number>();
    for (const [first, ...others] of finished.values()) {
      if (first === undefined || first === spec.name || others.includes(spec.name)) continue;
      fromOthers.set(first, (fromOthers.get(first) ?? 0) + 1);
    }
    return { finished: new Set(finished.keys()), fromOthers };
  } finally {
    await reader.close();
  }
}

/** The ids of all runs of a database that failed and were given up: no launch trains them. */
export async function givenUpRuns(db: string): Promise<ReadonlySet<string>> {
  const store = openStore(db);
  if (!(await store.exists())) return new Set();
  const reader = await store.reader();
  try {
    const { rows } = await reader.query({ where: 'state = failed', columns: ['run'] });
    return new Set(rows.map(([runId]) => String(runId)));
  } finally {
    await reader.close();
  }
}

/** `4 failed before and are skipped`. */
export function givenUpText(count: number): string {
  return `${count} failed before and ${count === 1 ? 'is' : 'are'} skipped`;
}

/** `36 of 48 runs are known from flows`; undefined if other sweeps have none. */
export function knownText({ fromOthers }: KnownRuns, { runs }: TrialPlan): string | undefined {
  if (fromOthers.size === 0) return undefined;
  const [first, ...others] = [...fromOthers].toSorted((a, b) => b[1] - a[1]);
  if (first === undefined) return undefined;
  const isOne = first[1] === 1;
  const more = others.map(([sweep, count]) => `${count} from ${sweep}`);
  return [
    `${first[1]} of ${counted(runs.length, 'run')} ${isOne ? 'is' : 'are'} known from ${first[0]}`,
    ...more,
  ].join(', ');
}

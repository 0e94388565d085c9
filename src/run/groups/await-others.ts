import { setTimeout as delay } from 'node:timers/promises';
import type { SweepWriter } from '../../store/store.js';
import { SETTLED } from '../../sweep.js';
import { counted } from '../../wording/counted.js';
import type { PlannedRun } from './follow-group.js';
import type { OpenRuns } from './open-runs.js';

/** How often to look what has become of runs that another sweep trains. */
const LOOK_EVERY_MS = 500;

/** What waiting needs. */
interface Waiting {
  readonly writer: SweepWriter;
  readonly open: OpenRuns;
  readonly stop: AbortSignal;
  readonly onNote: (text: string) => void;
}

/**
 * Returns a function that waits a moment for runs that another process trains for a sweep of its own, takes over the results that
 * are there, and returns the other runs, which may be free by now.
 */
export function createAwaiting({ writer, open, stop, onNote }: Waiting) {
  let isTold = false;
  return async (runs: readonly PlannedRun[]): Promise<readonly PlannedRun[]> => {
    if (runs.length === 0 || stop.aborted) return runs;
    const states = await writer.states(runs.map(({ run }) => run.runId));
    open.settle(states);
    const left = runs.filter(({ run }) => !SETTLED.includes(states.get(run.runId) ?? 'waiting'));
    if (left.length === 0) return left;
    if (!isTold)
      onNote(
        `${counted(left.length, 'run')} ${left.length === 1 ? 'is' : 'are'} in training for another sweep; waiting`,
      );
    isTold = true;
    await delay(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {});
    return left;
  };
}

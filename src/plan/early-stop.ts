import { isForProgram } from '../program.js';
import { ETA, GRACE_EPOCHS, mostEpochs } from '../spec/stop/stop-of.js';
import type { StopSetting } from '../spec/stop-setting.js';
import type { SweepSpec } from '../spec/sweep-spec.js';

/** A larger grid trains mostly configurations that nobody will choose. */
const MANY_RUNS = 300;

/** What to write into a spec that `wouldStopEarly`. */
export const STOP_EARLY = { type: 'halving_then_racing' } as const;

/** Whether STOP_EARLY would save much of a sweep of so many runs: nothing is dropped early, and there is much to drop. */
export function wouldStopEarly({ stop, method, spaces }: SweepSpec, runs: number): boolean {
  return (
    runs > MANY_RUNS &&
    stop.type === 'none' &&
    method === 'grid' &&
    spaces.some(({ base }) => !isForProgram(base)) &&
    mostEpochs(spaces) > GRACE_EPOCHS[STOP_EARLY.type]
  );
}

/** STOP_EARLY as a spec of its own would have it. */
export function earlyStop({ seeds }: SweepSpec): StopSetting {
  return { ...STOP_EARLY, grace: GRACE_EPOCHS[STOP_EARLY.type], eta: ETA, maxSeeds: seeds.length };
}

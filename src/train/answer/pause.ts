import { UserError } from '../../errors.js';
import type { AnyConfig, EpochRecord } from '../../sweep.js';
import type { RunJob } from '../trainer.js';

/** A run that ended where it should pause, and all of its epochs so far. */
export interface Pause {
  readonly paused: readonly EpochRecord[];
}

type Pausing = Pick<RunJob<AnyConfig>, 'pauseAfter' | 'metric'>;

/** Whether a run may pause after its last epoch: it is where the search looks at it, and can be judged there. */
export function mayPause(job: Pausing, epochs: readonly EpochRecord[]): boolean {
  return isThere(job, epochs) && obstacle(job, epochs) === undefined;
}

/** Throws UserError for a program that pauses where nobody can judge it. */
export function requireJudgeable(job: Pausing, epochs: readonly EpochRecord[]): void {
  const what = isThere(job, epochs) ? obstacle(job, epochs) : undefined;
  if (what === undefined) return;
  throw new UserError(`the program ended where it should pause, but ${what}`, {
    fix: `Tell ${job.metric.name} with every epoch from 1 on, or train on to the result.`,
  });
}

function isThere(
  { pauseAfter = Number.POSITIVE_INFINITY }: Pausing,
  epochs: readonly EpochRecord[],
): boolean {
  return (epochs.at(-1)?.epoch ?? 0) >= pauseAfter;
}

function obstacle({ metric }: Pausing, epochs: readonly EpochRecord[]): string | undefined {
  const last = epochs.at(-1);
  if (last === undefined || last.epoch !== epochs.length)
    return `not every epoch until epoch ${last?.epoch ?? 0} is told`;
  if (!Number.isNaN(last.validation[metric.name])) return undefined;
  return `epoch ${last.epoch} tells no ${metric.name}, by which the search judges`;
}

import type { Run } from '../../sweep.js';
import { removeCheckpoint } from '../checkpoints/checkpoint-files.js';
import type { LikelyRun } from '../likely-runs.js';
import type { Recorder } from '../record/run-recorder.js';
import type { Spending } from '../spending.js';
import type { Stopping } from '../stopping.js';
import type { RunSweepOptions } from '../sweep-options.js';
import type { AheadRuns } from './ahead-runs.js';
import { createAwaiting } from './await-others.js';
import { type Claimer, createClaimer, type GroupQueue } from './claim-runs.js';
import type { PlannedRun } from './follow-group.js';
import { trainersById } from './form-groups.js';
import type { OpenRuns } from './open-runs.js';
import { DRAIN_MS, delay, type TrainingAhead, trainGroups } from './train-groups.js';

/** A sweep whose open runs are trained here. */
interface OpenSweep extends RunSweepOptions {
  readonly runs: OpenRuns;
  readonly recorder: Recorder;
  readonly stopping: Stopping;
  readonly spending: Spending;
}

/** Runs for threads without work, the likeliest first. */
export type LikelyRuns = () => Promise<readonly LikelyRun[]>;

/** Trains runs; false after a request to stop, or where the time is up. */
export type TrainRuns = (runs: readonly Run[], pauseAfter?: number, likely?: LikelyRuns) => Promise<boolean>;

/**
 * Returns a function that trains open runs: first in groups, then those that failed, each alone on its own thread. With `ahead`, threads
 * without work train likely runs.
 */
export function createTraining(launch: OpenSweep, ahead?: AheadRuns): TrainRuns {
  const { plan, recorder, runs: open, spending, stopping } = launch;
  const { stop } = stopping;
  const others = createAwaiting({ writer: launch.writer, open, stop, onNote: recorder.onNote });
  const { threads: _shared, ...alone } = launch;
  const round = async (
    options: RunSweepOptions,
    groups: GroupQueue,
    training?: TrainingAhead,
  ): Promise<void> => {
    const workers = Math.min(options.workers, groups.ready);
    const own = { ...options, workers };
    const trained = trainGroups(own, spending.limited(groups), recorder, { stop, ahead: training });
    try {
      await Promise.race([trained, stopping.lost]);
    } finally {
      await Promise.allSettled([trained]);
    }
  };
  const trainerOf = trainersById(launch.trainers);
  const isFresh = ({ run }: PlannedRun): boolean => recorder.standing(run.runId) === 'fresh';
  /** Programs are not asked for what may be in vain, nor is what has failed. */
  const plannedOf = (likely: readonly LikelyRun[]): readonly PlannedRun[] =>
    likely.flatMap(({ run, pauseAfter }) =>
      open
        .among([run])
        .filter((planned) => isFresh(planned) && trainerOf(planned.trial).program === undefined)
        .map((planned) => ({ ...planned, pauseAfter })),
    );
  return async (runs, pauseAfter, likely) => {
    // Runs that pause give their claims back, and are claimed anew when they go on.
    const claimer = createClaimer({
      writer: launch.writer,
      sweep: plan.spec.name,
      trainerOf,
      isSplitPerSeed: launch.splits !== undefined,
      workers: launch.workers,
    });
    const waiting = open
      .among(runs)
      .filter(({ run }) => recorder.standing(run.runId) !== 'over')
      .map((planned) => ({ ...planned, pauseAfter }));
    const isEnding = (): boolean => stop.aborted || spending.isTimeUp();
    for (let left: readonly PlannedRun[] = waiting; left.length > 0 && !isEnding(); ) {
      const begun = ahead?.asked(left) ?? [];
      const fresh = left.filter((planned) => isFresh(planned) && !begun.includes(planned));
      const groups = await claimer.groups(fresh, launch.lanes);
      const taken = ahead === undefined ? [] : await take(begun, { ahead, claimer, recorder });
      ahead?.makeRoom(Math.min(launch.workers, groups.ready));
      await round(
        launch,
        groups,
        ahead && { runs: ahead, taken, likely: async () => plannedOf((await likely?.()) ?? []) },
      );
      for (const planned of left) {
        while (recorder.standing(planned.run.runId) === 'suspect' && !isEnding()) {
          const retried = await claimer.groups([planned], 1);
          if (retried.ready === 0) break;
          await round({ ...alone, workers: 1 }, retried);
        }
      }
      left = await others(claimer.others(left));
    }
    const isOver = (): boolean =>
      open.among(runs).every(({ run }) => recorder.standing(run.runId) === 'over');
    return !stop.aborted && (!spending.isTimeUp() || isOver());
  };
}

interface Taking {
  readonly ahead: AheadRuns;
  readonly claimer: Claimer;
  readonly recorder: Recorder;
}

/** Claims runs that train or have trained ahead, and records what they have told; those that another process has are forgotten. */
async function take(
  begun: readonly PlannedRun[],
  { ahead, claimer, recorder }: Taking,
): Promise<readonly Promise<void>[]> {
  if (begun.length === 0) return [];
  const groups = await claimer.groups(begun, 1);
  const taken: Promise<void>[] = [];
  for (let group = await groups.next(); group !== undefined; group = await groups.next()) {
    taken.push(...group.map((planned) => ahead.take(planned, recorder.onEvent)));
  }
  void ahead.forget(claimer.others(begun).map(({ run }) => run));
  return taken;
}

/** Ends what trains ahead of dropped runs; those that were never asked for leave no checkpoint. */
export async function forgetDropped(
  ahead: AheadRuns,
  dropped: readonly PlannedRun[],
  { writer, checkpoints }: Pick<RunSweepOptions, 'writer' | 'checkpoints'>,
): Promise<void> {
  const ended = ahead.forget(dropped.map(({ run }) => run));
  if (checkpoints === undefined) return;
  const states = await writer.states(dropped.map(({ run }) => run.runId));
  void ended.then(() => {
    for (const { run } of dropped) {
      const state = states.get(run.runId) ?? 'waiting';
      if (state === 'waiting') removeCheckpoint(checkpoints.folder, run.runId);
    }
  });
}

/** Ends what trains ahead when the search is over. */
export async function endAhead(ahead: AheadRuns, recorder: Recorder): Promise<void> {
  const areFree = await Promise.race([ahead.end(), delay(DRAIN_MS)]);
  if (areFree !== true) recorder.abandon();
}

import type { Run, Trial } from '../sweep.js';
import { removeCheckpoints } from './checkpoints/checkpoint-files.js';
import { createClaimer, type GroupQueue } from './claim-runs.js';
import type { PlannedRun } from './follow-group.js';
import { sweepRecord } from './plan-record.js';
import { createRecorder, type Recorder } from './run-recorder.js';
import { createStopping } from './stopping.js';
import type { LaunchOutcome, RunSweepOptions } from './sweep-options.js';
import { StalledThreadError, ThreadsLeftError } from './threads/worker-pool.js';
import { trainGroups } from './train-on-threads.js';

export type { Crash, LaunchOutcome, ProgressEvent, RunSweepOptions } from './sweep-options.js';

/**
 * Trains every run of a plan that has no result yet and records it. Throws what the store throws; a run that fails is
 * tried again alone on a fresh thread, `retries` times, then recorded as failed, and the others go on. Throws
 * StalledThreadError, with everything recorded, where a thread does not end, and ThreadsLeftError where that comes on top of
 * another error.
 */
export async function runSweep(options: RunSweepOptions): Promise<LaunchOutcome> {
  const { plan, dataset, writer } = options;
  const startedAt = performance.now();
  const states = await writer.open(sweepRecord(plan, dataset));
  const recorder = createRecorder(options, new Map(await writer.failures(plan.spec.name)));
  const trials = new Map(plan.trials.map((trial) => [trial.trialId, trial]));
  const unfinished = plan.runs
    .filter(({ runId }) => states.get(runId) !== 'complete')
    .map((run): PlannedRun => ({ run, trial: required(trials.get(run.trialId), run) }));
  const waiting = unfinished.filter(({ run }) => states.get(run.runId) !== 'failed');
  const givenUp = unfinished.length - waiting.length;
  options.onProgress?.({
    type: 'planned',
    trials: plan.trials.length,
    runs: plan.runs.length,
    waiting: waiting.length,
    givenUp,
  });
  if (options.checkpoints !== undefined) {
    const open = new Set(waiting.map(({ run }) => run.runId));
    const own = new Set(plan.runs.map(({ runId }) => runId));
    removeCheckpoints(options.checkpoints.folder, own, (runId) => !open.has(runId));
  }
  if (options.crash !== undefined) recorder.blame(options.crash, waiting);
  const end = await trainAll(options, waiting, recorder);
  const { complete, failed, interrupted } = recorder.counts;
  return {
    alreadyComplete: plan.runs.length - unfinished.length,
    complete,
    failed: failed + givenUp,
    interrupted,
    ...end,
    durationMs: performance.now() - startedAt,
  };
}

function required(trial: Trial | undefined, run: Run): Trial {
  if (trial === undefined) throw new Error(`run ${run.runId} belongs to no trial of the plan`);
  return trial;
}

/** Everything in groups, then what failed once, each alone on a thread of its own. */
async function trainAll(
  options: RunSweepOptions,
  waiting: readonly PlannedRun[],
  recorder: Recorder,
): Promise<Pick<LaunchOutcome, 'stopRequested' | 'threadsLeft'>> {
  const stopping = createStopping(options);
  const { stop } = stopping;
  const claimer = createClaimer({ ...options, sweep: options.plan.spec.name });
  const round = async (groups: GroupQueue, most: number): Promise<void> => {
    const workers = Math.min(most, groups.ready);
    const trained = trainGroups({ ...options, workers }, groups, recorder, stop);
    try {
      await Promise.race([trained, stopping.lost]);
    } finally {
      await Promise.allSettled([trained]);
    }
  };
  const trainRounds = async (): Promise<void> => {
    const fresh = waiting.filter(({ run }) => recorder.standing(run.runId) === 'fresh');
    const size = options.lanes ?? options.trainer.groupSize;
    await round(await claimer.groups(fresh, size), options.workers);
    for (const planned of waiting) {
      while (recorder.standing(planned.run.runId) === 'suspect' && !stop.aborted) {
        await round(await claimer.groups([planned], 1), 1);
      }
    }
  };
  try {
    await trainRounds().finally(async () => {
      await stopping.end();
      await recorder.flush();
    });
  } catch (error) {
    if (!recorder.threadsLeft() || error instanceof StalledThreadError) throw error;
    throw new ThreadsLeftError(error);
  }
  return { stopRequested: stopping.requested(), threadsLeft: recorder.threadsLeft() };
}

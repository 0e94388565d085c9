import { type PreparedDataset, sharedDataset } from '../../data/dataset.js';
import { UserError } from '../../errors.js';
import { dataKnobs } from '../../knobs/data-knobs.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { TrialConfig } from '../../sweep.js';
import { changedCode } from '../../train/program-code.js';
import type { AnyTrainer } from '../../train/trainer.js';
import { trainerName } from '../prepare/choose-trainer.js';
import { modelFileOf } from '../record/model-record.js';
import type { Recorder } from '../record/run-recorder.js';
import type { RunSweepOptions } from '../sweep-options.js';
import { createWorkerPool, StalledThreadError, startThreads } from '../threads/worker-pool.js';
import type { GroupQueue } from './claim-runs.js';
import { datasetChoice, type GroupTraining, trainGroup } from './follow-group.js';
import { trainersById } from './form-groups.js';
import { programPlaces } from './program-places.js';
import { runDatasets } from './run-datasets.js';

/** How long threads may take to end after the stop flag is set; programs may save something first. */
const DRAIN_MS = 1500;
/** How long before that runs may take to end their epoch and save a checkpoint: within the 10 s that containers are given to end. */
const SAVE_MS = 8000;
/** @internal */
export const DRAIN_PROGRAMS_MS = 12_500;

/** Trains groups of runs on new threads until all are done, the stop signal comes, or the store refuses a write. */
export async function trainGroups(
  options: RunSweepOptions,
  groups: GroupQueue,
  recorder: Recorder,
  stop: AbortSignal,
): Promise<void> {
  if (groups.ready === 0 || stop.aborted) return;
  const { plan, checkpoints, workers, stallMs, onTraining } = options;
  const threads = options.threads?.take() ?? startThreads(workers);
  const pool = createWorkerPool({ threads, checkpoints, stallMs });
  const trainerOf = trainersById(options.trainers);
  const places = programPlaces(options);
  const drainMs = options.trainers.some(({ program }) => program) ? DRAIN_PROGRAMS_MS : DRAIN_MS;
  const datasets = runDatasets({ ...options, knobs: dataKnobs(plan.spec.data ?? {}) });
  let isOver = false;
  const drain = async (): Promise<void> => {
    while (!stop.aborted && !isOver) {
      const group = await groups.next();
      if (group === undefined || stop.aborted || isOver) return;
      const runIds = group.map(({ run }) => run.runId);
      const [first] = group;
      if (first === undefined) continue;
      // All runs of a group have one trainer and one dataset.
      const trainer = trainerOf(first.trial);
      const choice = datasetChoice(first);
      const dataset = datasets.take(choice);
      const place = await places.take(trainer, choice);
      try {
        // It may have waited long for a device.
        if (stop.aborted || isOver) return;
        refuseChangedCode(trainer);
        onTraining?.('begin', runIds);
        await trainGroup({
          pool,
          group,
          dataset: sharedDataset(dataset),
          modelOf: modelRecorder(plan.spec, dataset),
          trainer: trainer.program ?? trainerName(trainer.id),
          place,
          sweep: plan.spec.name,
          metric: plan.spec.metric,
          onEvent: recorder.onEvent,
          onNote: recorder.onNote,
        });
        if (!stop.aborted) refuseChangedCode(trainer);
      } finally {
        places.giveBack(trainer, place);
        datasets.giveBack(choice);
      }
      onTraining?.('end', runIds);
    }
  };
  const drains = Array.from({ length: workers }, drain);
  const settled = Promise.allSettled(drains);
  const savesFirst = (): boolean => options.savesFirst?.() === true;
  const overdue = after(stop, () => drainMs + (savesFirst() ? SAVE_MS : 0));
  const halt = (): void => {
    pool.stop(savesFirst() ? 'afterSaving' : 'atOnce');
    if (savesFirst()) delay(SAVE_MS).then(() => pool.stop('atOnce'));
  };
  stop.addEventListener('abort', halt);
  try {
    await Promise.race([Promise.all(drains), recorder.failure, overdue.promise]);
  } catch (error) {
    if (error instanceof StalledThreadError) recorder.abandon();
    throw error;
  } finally {
    isOver = true;
    stop.removeEventListener('abort', halt);
    pool.stop('atOnce');
    const ended = await Promise.race([settled.then(() => true), overdue.promise, delay(drainMs)]);
    if (ended !== true || recorder.threadsLeft()) recorder.abandon();
    else if (options.threads !== undefined) options.threads.keep(threads);
    // Idle threads end by themselves; there is no need to wait.
    else pool.close();
    overdue.cancel();
  }
}

/** How models of runs on a dataset become files; undefined if none is kept. */
function modelRecorder(spec: SweepSpec, dataset: PreparedDataset): GroupTraining['modelOf'] {
  if (spec.keep === 'none') return undefined;
  return ({ run: { runId, seed }, trial }, predictor) => {
    const config = trial.config as TrialConfig; // Programs give no predictor.
    return modelFileOf({ runId, seed, trainerId: trial.engine, config, predictor, dataset, spec });
  };
}

/** Results belong to the code that the launch began with; a program that has changed since gets none under that name. */
function refuseChangedCode({ program }: Pick<AnyTrainer, 'program'>): void {
  const file = program && changedCode(program);
  if (file === undefined) return;
  throw new UserError('the code of the program has changed since this launch began', {
    where: file,
    fix: 'Launch again to train with it. The finished runs are kept, and belong to the code of before.',
  });
}

/** Resolves some time after the signal. @internal */
export function after(
  signal: AbortSignal,
  msOf: () => number,
): { readonly promise: Promise<void>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  const promise = new Promise<void>((resolve) => {
    onAbort = () => {
      timer = setTimeout(resolve, msOf());
    };
    signal.addEventListener('abort', onAbort);
  });
  return {
    promise,
    cancel() {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

const delay = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

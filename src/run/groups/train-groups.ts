import { type PreparedDataset, sharedDataset } from '../../data/dataset.js';
import { UserError } from '../../errors.js';
import { dataKnobs } from '../../knobs/data-knobs.js';
import { scoredMetrics } from '../../spec/aims.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { TrialConfig } from '../../sweep.js';
import { changedCode } from '../../train/program-code.js';
import { scoreDrawing } from '../../train/score-drawing.js';
import type { AnyTrainer } from '../../train/trainer.js';
import { trainerName } from '../prepare/choose-trainer.js';
import { modelFileOf } from '../record/model-record.js';
import type { Recorder } from '../record/run-recorder.js';
import type { RunSweepOptions } from '../sweep-options.js';
import { sealOf } from '../threads/data-seal.js';
import { createWorkerPool, StalledThreadError, startThreads } from '../threads/worker-pool.js';
import type { AheadRuns } from './ahead-runs.js';
import type { GroupQueue } from './claim-runs.js';
import { datasetChoice, type GroupTraining, type PlannedRun, trainGroup } from './follow-group.js';
import { trainersById } from './form-groups.js';
import { programPlaces } from './program-places.js';
import { runDatasets } from './run-datasets.js';

/** How long threads may take to end after the stop flag is set; programs may save something first. */
export const DRAIN_MS = 1500;
/** How long before that runs may take to end their epoch and save a checkpoint: within the 10 s that containers are given to end. */
const SAVE_MS = 8000;
/** @internal */
export const DRAIN_PROGRAMS_MS = 12_500;

/** What threads train while they would wait for others. */
export interface TrainingAhead {
  readonly runs: AheadRuns;
  /** The runs of a search that has asked for them meanwhile: each settles when its thread is free. */
  readonly taken: readonly Promise<void>[];
  /** Runs to begin, the likeliest first. */
  readonly likely: () => Promise<readonly PlannedRun[]>;
}

/** Trains groups of runs on new threads until all are done, the stop signal comes, or the store refuses a write. */
export async function trainGroups(
  options: RunSweepOptions,
  groups: GroupQueue,
  recorder: Recorder,
  { stop, ahead }: { readonly stop: AbortSignal; readonly ahead?: TrainingAhead | undefined },
): Promise<void> {
  const taken = ahead?.taken ?? [];
  if (groups.ready + taken.length === 0 || stop.aborted) return;
  const { checkpoints, workers, stallMs } = options;
  const threads = options.threads?.take() ?? startThreads(workers);
  const pool = createWorkerPool({ threads, checkpoints, stallMs });
  const drainMs = options.trainers.some(({ program }) => program) ? DRAIN_PROGRAMS_MS : DRAIN_MS;
  const train = groupTraining(options, recorder, stop);
  let isOver = false;
  const isEnding = (): boolean => stop.aborted || isOver;
  const drain = async (): Promise<void> => {
    while (!isEnding()) {
      const group = await groups.next();
      if (group === undefined) return;
      await ahead?.runs.enter();
      try {
        await train(group, { pool, onEvent: recorder.onEvent, isEnding });
      } finally {
        ahead?.runs.leave();
      }
    }
  };
  let working = workers + taken.length;
  const trainAhead = async (): Promise<void> => {
    const hasIdle = (): boolean => working > 0 && !isEnding() && ahead?.runs.isFull() === false;
    if (ahead === undefined || !hasIdle()) return;
    for (const planned of await ahead.likely()) {
      // Another thread may have begun it while this one looked.
      if (!hasIdle() || ahead.runs.has(planned.run)) continue;
      const own = createWorkerPool({ threads, checkpoints, stallMs });
      const training = { pool: own, isEnding: () => stop.aborted };
      const ended = ahead.runs.begin(planned, own, (onEvent) => train([planned], { ...training, onEvent }));
      ended.then(trainAhead).catch(() => {});
    }
  };
  const work = [...Array.from({ length: workers }, drain), ...taken];
  const drains = work.map(async (ends) => {
    await ends;
    working--;
    await trainAhead();
  });
  const settled = Promise.allSettled(drains);
  const savesFirst = (): boolean => options.savesFirst?.() === true;
  const overdue = after(stop, () => drainMs + (savesFirst() ? SAVE_MS : 0));
  const stopAll = (when: 'atOnce' | 'afterSaving'): void => {
    pool.stop(when);
    ahead?.runs.stop(when);
  };
  const halt = (): void => {
    stopAll(savesFirst() ? 'afterSaving' : 'atOnce');
    if (savesFirst()) delay(SAVE_MS).then(() => stopAll('atOnce'));
  };
  stop.addEventListener('abort', halt);
  try {
    await Promise.race([Promise.all(drains), recorder.failure, overdue.promise]);
  } catch (error) {
    ahead?.runs.stop('atOnce');
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

/** Returns a function that trains one group. */
function groupTraining(options: RunSweepOptions, recorder: Recorder, stop: AbortSignal) {
  const { plan, trainers, onTraining } = options;
  const trainerOf = trainersById(trainers);
  const places = programPlaces(options);
  // Modules have the memory of the data, and could change it for all runs.
  const isSealed = trainers.some(({ program }) => program?.type === 'module');
  const { spec } = plan;
  const drawingOf = scoreDrawing(scoredMetrics(spec.metric, spec.choose), options.dataset, options.splits);
  const datasets = runDatasets({ ...options, knobs: dataKnobs(plan.spec.data ?? {}) });
  return async (
    group: readonly PlannedRun[],
    { isEnding, ...own }: Pick<GroupTraining, 'pool' | 'onEvent'> & { isEnding(): boolean },
  ): Promise<void> => {
    const runIds = group.map(({ run }) => run.runId);
    const [first] = group;
    if (first === undefined) return;
    // All runs of a group have one trainer and one dataset.
    const trainer = trainerOf(first.trial);
    const choice = datasetChoice(first);
    const dataset = datasets.take(choice);
    const place = await places.take(trainer, choice);
    try {
      // It may have waited long for a thread or a device.
      if (isEnding()) return;
      refuseChangedCode(trainer);
      onTraining?.('begin', runIds);
      await trainGroup({
        ...own,
        group,
        dataset: sharedDataset(dataset),
        seal: isSealed ? sealOf(dataset) : undefined,
        drawing: drawingOf?.(choice.seed),
        modelOf: modelRecorder(plan.spec, dataset),
        trainer: trainer.program ?? trainerName(trainer.id),
        place,
        sweep: plan.spec.name,
        metric: plan.spec.metric,
        onNote: recorder.onNote,
      });
      if (!stop.aborted) refuseChangedCode(trainer);
    } finally {
      places.giveBack(trainer, place);
      datasets.giveBack(choice);
    }
    onTraining?.('end', runIds);
  };
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

/** Keeps no process alive. */
export const delay = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

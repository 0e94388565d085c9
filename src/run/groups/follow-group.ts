import type { SharedDataset } from '../../data/dataset.js';
import { tooFewFileHandles, UserError } from '../../errors.js';
import type { Metric } from '../../metric.js';
import type { Predictor } from '../../model/model.js';
import type { RunEvent } from '../../store/store.js';
import type { EpochRecord, Run, RunResult, Trial } from '../../sweep.js';
import type { TrainerSource } from '../../train/load-trainer.js';
import type { ScoreDrawing } from '../../train/score-drawing.js';
import { lateMessages, runToldOf } from '../threads/late-messages.js';
import type { ErrorMessage, TaskPlace, WorkerMessage } from '../threads/messages.js';
import { StalledThreadError, type WorkerPool } from '../threads/worker-pool.js';
import type { DatasetChoice } from './run-datasets.js';

export interface PlannedRun {
  readonly run: Run;
  readonly trial: Trial;
  /** The token of its claim, once this process has claimed it. */
  readonly claim?: number;
  /** The epoch at which it pauses. */
  readonly pauseAfter?: number | undefined;
}

/** What decides the dataset of a run. */
export function datasetChoice({ run, trial }: PlannedRun): DatasetChoice {
  return { config: trial.config, seed: run.seed };
}

/** An event of a run in a group. */
export type GroupEvent =
  | (PlannedRun & { readonly type: 'epoch'; readonly epoch: EpochRecord })
  | (PlannedRun & { readonly type: 'started' | 'log' | 'checkpoint'; readonly record: RunEvent })
  | (PlannedRun & { readonly type: 'interrupted'; readonly record: RunEvent })
  | (PlannedRun & {
      readonly type: 'paused';
      readonly record: RunEvent;
      readonly epochs: readonly EpochRecord[];
    })
  | (PlannedRun & { readonly type: 'failed'; readonly failure: Failure })
  | (PlannedRun & {
      readonly type: 'complete';
      readonly record: RunEvent;
      readonly result: RunResult;
      readonly durationMs: number;
    });

/** A failed attempt. */
export interface Failure {
  readonly error: ErrorMessage;
  readonly attempt: { readonly runId: string; readonly endedAtMs: number; readonly durationMs: number };
  /** Whether this run is to blame, or perhaps another one that trained together with it. */
  readonly culprit: 'known' | 'one of several';
}

/** @internal */
export interface GroupTraining {
  readonly pool: WorkerPool;
  readonly group: readonly PlannedRun[];
  readonly dataset: SharedDataset;
  /** What it holds, where that is checked. */
  readonly seal?: string | undefined;
  /** Rows to draw when its runs are measured. */
  readonly drawing?: ScoreDrawing | undefined;
  /** What loads the trainer of the group. */
  readonly trainer: TrainerSource;
  /** For programs. */
  readonly place: TaskPlace | undefined;
  readonly sweep: string;
  readonly metric: Metric;
  /** The bytes of a model file; absent if no model is kept. */
  readonly modelOf?: ((planned: PlannedRun, predictor: Predictor) => Uint8Array) | undefined;
  readonly onEvent: (event: GroupEvent) => void;
  /** Receives what else a user should know: of checkpoints that were not used, or of a trainer that tells of a run after its end. */
  readonly onNote: (text: string) => void;
}

/**
 * Trains runs of one group on one thread. A run without an end from the thread was interrupted, or failed if the thread
 * died. Throws StalledThreadError, after all events, if the thread does not end, and UserError if the system refused to
 * start it, or if a program has changed the data of all runs.
 * @internal
 */
export async function trainGroup(training: GroupTraining): Promise<void> {
  const { pool, group, dataset, sweep, metric, onEvent } = training;
  const startedAtMs = Date.now();
  const startedAt = performance.now();
  let refused: UserError | undefined;
  const mistakeOf = lateMessages(training.trainer);
  const open = new Map(group.map((planned) => [planned.run.runId, planned]));
  const attemptEnd = (runId: string) => {
    const durationMs = Math.round(performance.now() - startedAt);
    return { runId, endedAtMs: startedAtMs + durationMs, durationMs };
  };
  const onMessage = (message: WorkerMessage): void => {
    if (message.type === 'note') training.onNote(message.text);
    if (message.type === 'refused') refused ??= new UserError(message.refusal.what, message.refusal);
    const mistake = mistakeOf(message);
    if (mistake !== undefined) training.onNote(mistake);
    const runId = runToldOf(message) ?? '';
    const planned = open.get(runId);
    if (planned === undefined) return;
    if (message.type === 'log') {
      const { log } = message;
      onEvent({ ...planned, type: 'log', record: { type: 'log', runId, log } });
    }
    if (message.type === 'epoch') onEvent({ ...planned, type: 'epoch', epoch: message.epoch });
    if (message.type === 'started') {
      const attempt = { runId, sweep, worker: message.worker, startedAtMs };
      onEvent({ ...planned, type: 'started', record: { type: 'started', attempt } });
    }
    if (message.type !== 'result' && message.type !== 'failed' && message.type !== 'paused') return;
    open.delete(runId);
    const attempt = attemptEnd(runId);
    if (message.type === 'paused') {
      const { epochs } = message;
      onEvent({ ...planned, type: 'paused', record: { type: 'pruned', attempt }, epochs });
    } else if (message.type === 'result') {
      const { result, predictor, runFile } = message;
      const model = runFile ?? (predictor && modelOrNote(training, planned, predictor));
      const record: RunEvent = { type: 'complete', result, model, attempt };
      onEvent({ ...planned, type: 'complete', record, result, durationMs: attempt.durationMs });
    } else {
      onEvent({ ...planned, type: 'failed', failure: { error: message.error, attempt, culprit: 'known' } });
    }
  };
  const interruptOpen = (): void => {
    for (const [runId, planned] of open) {
      const record: RunEvent = { type: 'interrupted', attempt: attemptEnd(runId) };
      onEvent({ ...planned, type: 'interrupted', record });
    }
  };
  const jobs = group.map(({ run, trial, pauseAfter }) => ({
    runId: run.runId,
    trialId: trial.trialId,
    seed: run.seed,
    config: trial.config,
    metric,
    pauseAfter,
    keepsModel: training.modelOf !== undefined,
  }));
  try {
    const { trainer, seal, drawing, place } = training;
    await pool.train({ trainer, runs: jobs, dataset, seal, drawing, place }, onMessage);
  } catch (cause) {
    const refusal = cause instanceof UserError ? cause : tooFewFileHandles(cause);
    if (refusal !== undefined) {
      interruptOpen();
      throw refusal;
    }
    const error = { ...messageOf(cause), final: false };
    const culprit = open.size === 1 ? 'known' : 'one of several';
    for (const [runId, planned] of open) {
      onEvent({ ...planned, type: 'failed', failure: { error, attempt: attemptEnd(runId), culprit } });
    }
    if (cause instanceof StalledThreadError) throw cause;
    return;
  }
  interruptOpen();
  if (refused !== undefined) throw refused;
}

/** A model that cannot be written must not cost its run the result. */
function modelOrNote(
  { modelOf, onNote }: GroupTraining,
  planned: PlannedRun,
  predictor: Predictor,
): Uint8Array | undefined {
  try {
    return modelOf?.(planned, predictor);
  } catch (error) {
    onNote(`The weights of run ${planned.run.runId} are not kept: ${(error as Error).message}`);
    return undefined;
  }
}

function messageOf(error: unknown): { readonly message: string; readonly stack?: string | undefined } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { message: 'its thread ran out of memory' };
  return { message: error.message, stack: error.stack };
}

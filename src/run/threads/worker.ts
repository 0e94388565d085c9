// The entry of the threads, the only place that trains.
import { resolve } from 'node:path';
import { threadId } from 'node:worker_threads';
import { UserError } from '../../errors.js';
import { encodeRunFile } from '../../model/file/handed-file.js';
import { loadTrainer, type TrainerSource } from '../../train/load-trainer.js';
import { scoreRun } from '../../train/score.js';
import type { AnyTrainer, TrainedRun } from '../../train/trainer.js';
import { checkpointFiles } from '../checkpoints/checkpoint-files.js';
import { brokenSeal } from './data-seal.js';
import type { ErrorMessage, TrainTask, WorkerMessage } from './messages.js';
import { saveThenStop } from './save-then-stop.js';

const LOADED = new Map<string, Promise<AnyTrainer>>();

function trainerOf(source: TrainerSource): Promise<AnyTrainer> {
  const name = typeof source === 'string' ? source : source.id;
  const trainer = LOADED.get(name) ?? loadTrainer(source);
  LOADED.set(name, trainer);
  return trainer;
}

export { drawRows } from './draw-rows.js';

/**
 * Trains a task's runs; all messages go through the task's port. Throws errors that keep all of them from training, because the
 * culprit is then unknown.
 */
export default async function train(task: TrainTask): Promise<void> {
  const post = (message: WorkerMessage): void => {
    const runFile = message.type === 'result' ? message.runFile : undefined;
    task.port.postMessage(message, runFile === undefined ? [] : [runFile.buffer]);
    if (message.type === 'result') end.ended(message.result.runId);
    else if (message.type === 'paused' || message.type === 'failed') end.ended(message.runId);
  };
  const pulse = new Int32Array(task.pulse);
  // Programs save by themselves when they are asked to stop.
  const files =
    task.place === undefined && task.checkpoints !== undefined
      ? checkpointFiles({ ...task.checkpoints, onNote: (text) => post({ type: 'note', text }) })
      : undefined;
  const runIds = task.runs.map(({ runId }) => runId);
  const { checkpoints, ...end } = saveThenStop(new Int32Array(task.stopFlag), runIds, files);
  for (const { runId } of task.runs) post({ type: 'started', worker: threadId, runId });
  try {
    const trainer = await trainerOf(task.trainer);
    await trainer.train({
      dataset: task.dataset,
      runs: task.runs,
      checkpoints,
      place: task.place && { ...task.place, folderOf: (runId) => resolve(task.place?.folder ?? '', runId) },
      shouldStop: () => {
        Atomics.add(pulse, 0, 1);
        return end.shouldStop();
      },
      onEpoch: (runId, epoch) => post({ type: 'epoch', runId, epoch }),
      onResult: (trained) => post(refused(task) ?? scored(trained, task)),
      onPaused: (runId, epochs) => post(refused(task) ?? { type: 'paused', runId, epochs }),
      onLog: (runId, log) => post({ type: 'log', runId, log }),
      onFailed: (runId, error) => post({ type: 'failed', runId, error: errorMessage(error) }),
    });
  } finally {
    post({ type: 'ended' });
    task.port.close();
  }
}

/** In place of a result: its run then ends without one. */
function refused({ dataset, seal }: TrainTask): WorkerMessage | undefined {
  const error = dataset && seal !== undefined ? brokenSeal(dataset, seal) : undefined;
  return error && { type: 'refused', refusal: { what: error.message, where: error.where, fix: error.fix } };
}

/** Makes a result; if the outputs do not fit the data, only their run fails. */
function scored(trained: TrainedRun, { dataset, runs, drawing }: TrainTask): WorkerMessage {
  if (dataset === undefined) return { type: 'told', runId: trained.runId, told: trained.told ?? null };
  const metric = runs.find(({ runId }) => runId === trained.runId)?.metric;
  try {
    const { runId, predictor, handedFile } = trained;
    const result = scoreRun(trained, { ...dataset, metric, drawing });
    const runFile = handedFile && encodeRunFile({ runId, ...handedFile });
    return { type: 'result', result, predictor, runFile };
  } catch (error) {
    return { type: 'failed', runId: trained.runId, error: errorMessage(error as Error) };
  }
}

/** Where a program answers wrongly, its user wants to know what is right. */
function withFix({ message, fix }: UserError): string {
  return fix === undefined
    ? message
    : `${message.replace(/[.:]?$/, /[?!…]$/.test(message) ? '' : '.')} ${fix}`;
}

function errorMessage(error: Error): ErrorMessage {
  return error instanceof UserError
    ? { message: withFix(error), final: true }
    : { message: error.message, stack: error.stack, final: false };
}

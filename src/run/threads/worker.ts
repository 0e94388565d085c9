// Thread entry of the pool: the only place that loads an engine for a sweep.
import { threadId } from 'node:worker_threads';
import { UserError } from '../../errors.js';
import type { Engine } from '../../train/network/engine.js';
import { loadEngine } from '../../train/network/select-engine.js';
import { trainRuns } from '../../train/network/train-runs.js';
import { checkpointFiles } from '../checkpoints/checkpoint-files.js';
import type { ErrorMessage, TrainTask, WorkerMessage } from './messages.js';

let loaded: { readonly name: string; readonly engine: Promise<Engine> } | undefined;

function engineOf(name: string): Promise<Engine> {
  if (loaded?.name !== name) loaded = { name, engine: loadEngine(name) };
  return loaded.engine;
}

/**
 * Trains a task's runs; everything comes back through the task's port. Throws what keeps all of them from training, because
 * then nobody knows which of them it was.
 */
export default async function train(task: TrainTask): Promise<void> {
  const post = (message: WorkerMessage): void => task.port.postMessage(message);
  const stop = new Int32Array(task.stopFlag);
  const pulse = new Int32Array(task.pulse);
  const checkpoints =
    task.checkpoints &&
    checkpointFiles({ ...task.checkpoints, onNote: (text) => post({ type: 'note', text }) });
  for (const { runId } of task.runs) post({ type: 'started', worker: threadId, runId });
  try {
    await trainRuns({
      engine: await engineOf(task.engine),
      dataset: task.dataset,
      runs: task.runs,
      checkpoints,
      shouldStop: () => {
        Atomics.add(pulse, 0, 1);
        return Atomics.load(stop, 0) !== 0;
      },
      onEpoch: (runId, epoch) => post({ type: 'epoch', runId, epoch }),
      onResult: (result) => post({ type: 'result', result }),
      onFailed: (runId, error) => post({ type: 'failed', runId, error: errorMessage(error) }),
    });
  } finally {
    post({ type: 'ended' });
    task.port.close();
  }
}

function errorMessage(error: Error): ErrorMessage {
  return error instanceof UserError
    ? { message: error.message, final: true }
    : { message: error.message, stack: error.stack, final: false };
}

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ModuleProgram, ProgramConfig } from '../../program.js';
import { answerOf } from '../answer/answer.js';
import { quoted } from '../answer/wrong-answer.js';
import { changedCode } from '../program-code.js';
import type { ProgramPlace, RunJob, Trainer, Training } from '../trainer.js';
import type { ModuleTrain } from './define-trainer.js';
import { firstAnswer, forgetFirstAnswer, keepFirstAnswer } from './first-answer.js';
import { loadModule } from './load-module.js';
import { ModuleTask } from './module-task.js';

/** Trains by a JavaScript module of the user's own, one run after the other in this thread. */
export function moduleTrainer(program: ModuleProgram): Trainer<ProgramConfig> {
  return {
    id: program.id,
    program,
    groupSize: 1,
    groupKey: () => program.id,
    async train(training) {
      const { place } = training;
      if (place === undefined) throw new TypeError('a module has no place to train in');
      const train = await loadModule(program.file);
      for (const job of training.runs) {
        if (training.shouldStop()) return 'stopped';
        if ((await trainRun(train, job, { program, training, place })) === 'stopped') return 'stopped';
      }
      return 'done';
    },
  };
}

interface Surroundings {
  readonly program: ModuleProgram;
  readonly training: Training<ProgramConfig>;
  readonly place: ProgramPlace;
}

/** Trains a run and tells how it ended; nothing of a run that was stopped. */
async function trainRun(
  train: ModuleTrain,
  job: RunJob<ProgramConfig>,
  { program, training, place }: Surroundings,
): Promise<'done' | 'stopped'> {
  const { runId, keepsModel } = job;
  const { dataset } = training;
  const checkpoints = place.folderOf(runId);
  mkdirSync(checkpoints, { recursive: true });
  const expected = { dataset, folder: dirname(program.file), runFolder: checkpoints, keepsModel };
  const kept = firstAnswer(checkpoints);
  if (kept !== undefined) {
    const answer = await answerOf(kept.value, kept.epochs, expected).catch(() => undefined);
    if (answer !== undefined) {
      for (const epoch of kept.epochs) training.onEpoch(runId, epoch);
      training.onResult({ runId, ...answer });
      return 'done';
    }
    forgetFirstAnswer(checkpoints); // A file that it names may be gone.
  }
  const task = new ModuleTask({
    job,
    training,
    sweep: place.sweep,
    checkpoints,
    timeoutMs: program.timeoutMs,
  });
  try {
    const result = await task.train(train);
    // Nobody knows which code the thread has loaded.
    if (result === undefined || changedCode(program) !== undefined) return 'stopped';
    if ('paused' in result) {
      training.onPaused?.(runId, result.paused);
      return 'done';
    }
    const answer = await answerOf(result.value, task.epochs, expected);
    if (dataset === undefined) keepFirstAnswer(checkpoints, { value: result.value, epochs: task.epochs });
    training.onResult({ runId, ...answer });
  } catch (error) {
    training.onFailed(runId, error instanceof Error ? error : new Error(`the module threw ${quoted(error)}`));
  }
  return 'done';
}

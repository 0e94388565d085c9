import type { CommandProgram, ProgramConfig } from '../../program.js';
import type { Trainer } from '../trainer.js';
import { trainRun } from './train-run.js';

/** Trains by a command of the user's own: a process for every run. */
export function commandTrainer(program: CommandProgram): Trainer<ProgramConfig> {
  return {
    id: program.id,
    program,
    groupSize: 1,
    groupKey: () => '',
    async train(training) {
      const { place } = training;
      if (place === undefined) throw new Error('a command has no place to train');
      for (const job of training.runs) {
        if (training.shouldStop()) return 'stopped';
        if ((await trainRun({ program, training, job, place })) === 'stopped') return 'stopped';
      }
      return 'done';
    },
  };
}

import type { CommandOption } from '../command.js';
import { deadlineOption } from '../options/deadline-option.js';
import {
  budgetOption,
  countOf,
  dbOption,
  engineOption,
  secondsFrom,
  topOption,
  workersOption,
} from '../options/options.js';
import type { ReadLaunch } from './spec-to-launch.js';
import { isSupervised } from './supervision.js';
import type { TrainArgs } from './train-sweep.js';

/** Options of every command that trains. */
export const trainingOptions = {
  workers: workersOption,
  lanes: {
    number: countOf(8),
    describe: 'Runs that a thread trains together; the engine chooses by default',
  },
  engine: engineOption,
  budget: budgetOption,
  deadline: deadlineOption,
  db: dbOption,
  top: topOption(12),
  verbose: { type: 'boolean', default: false, describe: 'Print every epoch of every run' },
  yes: { type: 'boolean', default: false, describe: 'Launch even more than 100,000 runs' },
  'checkpoint-every': {
    number: secondsFrom(0, 60),
    default: 30,
    describe: 'Seconds of training between two checkpoints of a run',
  },
  'stall-timeout': {
    number: secondsFrom(2, 60),
    default: 300,
    describe: 'Seconds without progress after which a run is given up',
  },
} as const satisfies { readonly [name: string]: CommandOption };

/** Trains a sweep: this process supervises and starts a second one that trains, unless it is that second one. */
export async function superviseTraining(
  readLaunch: () => Promise<ReadLaunch>,
  args: TrainArgs,
): Promise<void> {
  await supervised(async () => {
    const { trainSweep } = await import('./train-sweep.js');
    await trainSweep(readLaunch, args);
  });
}

/** Does work in a process of its own, which this one watches. */
export async function supervised(work: () => Promise<void>): Promise<void> {
  if (isSupervised()) {
    await work();
    return;
  }
  const { supervise } = await import('../supervise.js');
  process.exitCode = await supervise();
}

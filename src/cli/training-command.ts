import type { Options } from 'yargs';
import { UserError } from '../errors.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import { dbOption, engineOption, workersOption } from './options.js';
import { isSupervised } from './supervision.js';
import type { TrainArgs } from './train-sweep.js';

/** Options of every command that trains. */
export const trainingOptions = {
  workers: workersOption,
  lanes: {
    type: 'number',
    describe: 'Runs that a thread trains as one program; the engine knows a good number',
  },
  engine: engineOption,
  db: dbOption,
  verbose: { type: 'boolean', default: false, describe: 'Print every epoch of every run' },
  yes: { type: 'boolean', default: false, describe: 'Launch even over 100,000 runs' },
  'checkpoint-every': {
    type: 'number',
    default: 30,
    describe: 'Seconds of training between two checkpoints of a run',
  },
  'stall-timeout': {
    type: 'number',
    default: 300,
    describe: 'Seconds without progress after which a run is given up',
  },
} as const satisfies { readonly [name: string]: Options };

/** Trains a sweep: this process watches unless it is watched, and a second one trains. */
export async function superviseTraining(readSpec: () => Promise<SweepSpec>, args: TrainArgs): Promise<void> {
  requireCount('--workers', args.workers);
  if (args.lanes !== undefined) requireCount('--lanes', args.lanes);
  requireSeconds('--checkpoint-every', args.checkpointEvery, 0);
  requireSeconds('--stall-timeout', args.stallTimeout, 2);
  if (isSupervised()) {
    const { trainSweep } = await import('./train-sweep.js');
    await trainSweep(readSpec, args);
  } else {
    const { supervise } = await import('./supervise.js');
    process.exitCode = await supervise();
  }
}

/** Throws UserError unless the option is a time in seconds, up to a day. */
function requireSeconds(option: string, value: number, least: number): void {
  if (!(value >= least && value <= 86_400)) {
    throw new UserError(`must be a number of seconds from ${least} to 86400`, {
      where: option,
      fix: `For example ${option} 60.`,
    });
  }
}

/** Throws UserError unless the option is a whole number from 1 to 1024. */
function requireCount(option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > 1024) {
    throw new UserError('must be a whole number from 1 to 1024', {
      where: option,
      fix: `For example ${option} 2.`,
    });
  }
}

import type { Command } from '../command.js';
import { secondsFrom } from '../options/options.js';
import type { WorkerArgs } from '../supervision/serve-queue.js';
import { supervised, trainingOptions } from '../supervision/training-command.js';

const { budget: _budget, engine: _engine, top: _top, yes: _yes, ...options } = trainingOptions;

/** `focalsweep worker`. */
export const workerCommand: Command = {
  usage: 'worker',
  describe: 'Train runs of sweeps that were launched with --queue, on this machine',
  positionals: {},
  options: {
    ...options,
    sweep: { type: 'string', describe: 'Only runs of this sweep; by default of all' },
    folder: {
      type: 'string',
      defaultDescription: 'where the spec was launched',
      describe: 'The folder on this machine at which relative paths of a spec start',
    },
    'quit-after': {
      number: secondsFrom(0, 60),
      describe: 'End after so many seconds without work, instead of waiting for more',
    },
  },
  async handler(args: WorkerArgs): Promise<void> {
    await supervised(async () => {
      const { serveQueue } = await import('../supervision/serve-queue.js');
      await serveQueue(args);
    });
  },
};

import type { Command } from '../command.js';
import { addOption, specToLaunch } from '../supervision/spec-to-launch.js';
import type { TrainArgs } from '../supervision/train-sweep.js';
import { superviseTraining, trainingOptions } from '../supervision/training-command.js';

export interface LaunchArgs extends TrainArgs {
  readonly spec: string;
  readonly add: readonly string[];
  readonly dryRun: boolean;
}

/** `focalsweep launch`. */
export const launchCommand: Command = {
  usage: 'launch <spec>',
  describe: 'Train every configuration of a sweep that has no result yet, and rank them',
  positionals: {
    spec: { type: 'string', demandOption: true, describe: 'The sweep spec, a YAML file' },
  },
  options: {
    ...trainingOptions,
    add: addOption,
    queue: {
      type: 'boolean',
      default: false,
      describe: 'Only decide what is trained, and let workers train it (see worker)',
    },
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'Only show what would be trained (same as plan)',
    },
  },
  async handler(args: LaunchArgs): Promise<void> {
    if (args.dryRun) {
      const { printPlan } = await import('../terminal/print-plan.js');
      await printPlan(args);
      return;
    }
    await superviseTraining(() => specToLaunch(args), args);
  },
};

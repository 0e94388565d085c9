import { UserError } from '../../errors.js';
import type { Command } from '../command.js';
import { shardDbOption, shardOf, shardOption, unshardedNote } from '../options/shard-option.js';
import { addOption, databaseOf, specToLaunch } from '../supervision/spec-to-launch.js';
import type { TrainArgs } from '../supervision/train-sweep.js';
import { superviseTraining, trainingOptions } from '../supervision/training-command.js';
import { noteWarnings } from '../terminal/print.js';

export interface LaunchArgs extends Omit<TrainArgs, 'db'> {
  readonly spec: string;
  readonly add: readonly string[];
  readonly dryRun: boolean;
  readonly shard?: string;
  readonly db?: string;
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
    db: shardDbOption,
    add: addOption,
    queue: {
      type: 'boolean',
      default: false,
      describe: 'Only decide what is trained, and let workers train it (see worker)',
    },
    shard: shardOption,
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'Only show what would be trained (same as plan)',
    },
  },
  async handler(given: LaunchArgs): Promise<void> {
    const shard = shardOf(given.shard);
    if (shard !== undefined && given.queue === true) {
      throw new UserError('a sweep is trained in shards or by a queue, not by both', {
        where: '--shard',
        fix: 'Leave --shard out: workers share the runs among them.',
      });
    }
    const args = { ...given, shard, db: given.db ?? (await databaseOf(given.spec, shard)) };
    if (args.dryRun) {
      const { printPlan } = await import('../terminal/print-plan.js');
      await printPlan(args);
      return;
    }
    await superviseTraining(async () => {
      const unsharded = shard === undefined ? unshardedNote() : undefined;
      if (unsharded !== undefined) noteWarnings([unsharded]);
      return { spec: await specToLaunch(args), shard };
    }, args);
  },
};

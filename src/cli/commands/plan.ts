import type { Command } from '../command.js';
import { budgetOption, engineOption, workersOption } from '../options/options.js';
import { shardDbOption, shardOf, shardOption } from '../options/shard-option.js';
import { addOption, databaseOf } from '../supervision/spec-to-launch.js';

export interface PlanArgs {
  readonly spec: string;
  readonly workers?: number;
  readonly engine?: string;
  readonly db?: string;
  readonly shard?: string;
  readonly add: readonly string[];
  readonly budget?: string;
}

/** `focalsweep plan`. */
export const planCommand: Command = {
  usage: 'plan <spec>',
  describe: 'Show what a launch would train: configurations, runs, cost and warnings',
  positionals: {
    spec: { type: 'string', demandOption: true, describe: 'The sweep spec, a YAML file' },
  },
  options: {
    add: addOption,
    workers: workersOption,
    engine: engineOption,
    budget: budgetOption,
    shard: shardOption,
    db: shardDbOption,
  },
  async handler(args: PlanArgs): Promise<void> {
    const shard = shardOf(args.shard);
    const db = args.db ?? (await databaseOf(args.spec, shard));
    const { printPlan } = await import('../terminal/print-plan.js');
    await printPlan({ ...args, shard, db });
  },
};

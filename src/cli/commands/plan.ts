import type { Command } from '../command.js';
import { budgetOption, dbOption, engineOption, workersOption } from '../options/options.js';
import { addOption } from '../supervision/spec-to-launch.js';

export interface PlanArgs {
  readonly spec: string;
  readonly workers?: number;
  readonly engine?: string;
  readonly db: string;
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
    db: dbOption,
  },
  async handler(args: PlanArgs): Promise<void> {
    const { printPlan } = await import('../terminal/print-plan.js');
    await printPlan(args);
  },
};

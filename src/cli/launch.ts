import { EXIT, UserError } from '../errors.js';
import type { Command } from './command.js';
import { dbOption, engineOption, workersOption } from './options.js';
import { print, terminalWidth } from './print.js';

export interface LaunchArgs {
  readonly spec: string;
  readonly workers: number;
  readonly lanes?: number;
  readonly engine?: string;
  readonly db: string;
  readonly verbose: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;

/** `focalsweep launch`. */
export const launchCommand: Command = {
  usage: 'launch <spec>',
  describe: 'Train every configuration of a sweep that has no result yet, and rank them',
  positionals: {
    spec: { type: 'string', demandOption: true, describe: 'The sweep spec, a YAML file' },
  },
  options: {
    workers: workersOption,
    lanes: {
      type: 'number',
      describe: 'Runs that a thread trains as one program; the engine knows a good number',
    },
    engine: engineOption,
    db: dbOption,
    verbose: { type: 'boolean', default: false, describe: 'Print every epoch of every run' },
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'Only say what would be trained (same as plan)',
    },
    yes: { type: 'boolean', default: false, describe: 'Launch even over 100,000 runs' },
  },
  async handler(args: LaunchArgs): Promise<void> {
    if (args.dryRun) {
      const { printPlan } = await import('./print-plan.js');
      await printPlan(args);
      return;
    }
    requireCount('--workers', args.workers);
    if (args.lanes !== undefined) requireCount('--lanes', args.lanes);
    await launch(args);
  },
};

/** Throws UserError unless the option is a whole number from 1 to 1024. */
function requireCount(option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > 1024) {
    throw new UserError('must be a whole number from 1 to 1024', {
      where: option,
      fix: `For example ${option} 2.`,
    });
  }
}

async function launch(args: LaunchArgs): Promise<void> {
  const [{ prepareSweep }, { runSweep }, { openWriter }, { createProgress }] = await Promise.all([
    import('../run/prepare-sweep.js'),
    import('../run/run-sweep.js'),
    import('../store/sqlite-store.js'),
    import('./progress.js'),
  ]);
  const { plan, dataset, engine } = await prepareSweep(args.spec, args);
  for (const warning of plan.warnings) process.stderr.write(`note: ${warning}\n`);
  const progress = createProgress({ verbose: args.verbose, metric: plan.spec.metric });
  const stopping = stopOnSignals();
  const writer = openWriter(args.db);
  try {
    const summary = await runSweep({
      plan,
      dataset,
      writer,
      workers: args.workers,
      lanes: args.lanes ?? engine.defaultLanes,
      onProgress: progress.show,
      signal: stopping.signal,
    });
    progress.end(summary);
    if (summary.failed > 0) process.exitCode = EXIT.someRunsFailed;
  } finally {
    progress.close();
    writer.close();
    stopping.release();
  }
  const signal = stopping.received();
  if (signal !== undefined) {
    process.stderr.write(
      `Stopped by ${signal}. Finished runs are recorded; go on with: focalsweep launch ${args.spec}\n`,
    );
    process.exitCode = SIGNAL_EXIT[signal];
    return;
  }
  await printRanking(args, plan.spec.name);
}

/** The first signal asks training to end; a second one exits at once. */
function stopOnSignals() {
  const controller = new AbortController();
  let received: keyof typeof SIGNAL_EXIT | undefined;
  const onSignal = (signal: keyof typeof SIGNAL_EXIT): void => {
    if (received !== undefined) process.exit(SIGNAL_EXIT[signal]);
    received = signal;
    process.stderr.write('\nStopping … (again to stop at once)\n');
    controller.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    received: () => received,
    release: () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}

const RANKED_AFTER_LAUNCH = 12;

async function printRanking(args: LaunchArgs, sweep: string): Promise<void> {
  const [{ openReader }, { buildReport }, { renderReport }] = await Promise.all([
    import('../store/sqlite-store.js'),
    import('../report/build-report.js'),
    import('../report/render-report.js'),
  ]);
  const reader = openReader(args.db);
  try {
    print(
      renderReport(buildReport(reader, sweep), {
        format: 'table',
        top: RANKED_AFTER_LAUNCH,
        width: terminalWidth(),
      }),
    );
  } finally {
    reader.close();
  }
  const db = args.db === dbOption.default ? '' : ` --db ${args.db}`;
  process.stderr.write(
    `\nResults are in ${args.db}. Next:\n` +
      `  npx focalsweep report ${sweep}${db} --format md --out results/${sweep}.md\n` +
      `  npx focalsweep query ${sweep}${db} --where "gamma >= 2" --sort -rare_recall --limit 10\n`,
  );
}

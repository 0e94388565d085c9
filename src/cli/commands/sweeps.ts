import type { FormatOf } from '../../views/renderer.js';
import type { Command } from '../command.js';
import { dbOption, formatOption } from '../options/options.js';
import { printView } from '../terminal/print-view.js';

/** `focalsweep sweeps`. */
export const sweepsCommand: Command = {
  usage: 'sweeps',
  describe: 'List the sweeps of a database, the latest first',
  positionals: {},
  options: {
    db: dbOption,
    format: formatOption,
  },
  async handler(args: { db: string; format: FormatOf<'rows'> }): Promise<void> {
    const { openStore } = await import('../../store/open-store.js');
    const reader = await openStore(args.db).reader();
    try {
      const sweeps = await reader.sweeps();
      const rows = sweeps.map((sweep) => [
        sweep.name,
        sweep.trials,
        sweep.runs,
        sweep.complete,
        sweep.failed,
        sweep.pruned,
        sweep.engine,
        sweep.source,
        new Date(sweep.lastLaunchedAtMs).toISOString().slice(0, 16).replace('T', ' '),
      ]);
      const columns = [
        'sweep',
        'trials',
        'runs',
        'complete',
        'failed',
        'pruned',
        'engine',
        'data',
        'last_launched_utc',
      ];
      await printView('rows', { columns, rows }, { format: args.format });
    } finally {
      await reader.close();
    }
  },
};

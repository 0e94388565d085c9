import type { Command } from './command.js';
import { dbOption } from './options.js';

/** `focalsweep suggest`. */
export const suggestCommand: Command = {
  usage: 'suggest [sweep]',
  describe: 'Print the next sweep’s spec: the sweep’s own with what its results call for',
  positionals: {
    sweep: { type: 'string', describe: 'Name of the sweep; the latest by default' },
  },
  options: { db: dbOption },
  async handler(args: { sweep?: string; db: string }): Promise<void> {
    const [{ openReader }, { buildReport }, { suggestSpec }, { print }] = await Promise.all([
      import('../store/sqlite-store.js'),
      import('../report/build-report.js'),
      import('../report/suggest.js'),
      import('./print.js'),
    ]);
    const reader = openReader(args.db);
    try {
      print(suggestSpec(buildReport(reader, args.sweep)).trimEnd());
    } finally {
      reader.close();
    }
  },
};

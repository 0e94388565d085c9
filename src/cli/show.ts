import type { Command } from './command.js';
import { dbOption } from './options.js';

/** `focalsweep show`. */
export const showCommand: Command = {
  usage: 'show <run>',
  describe: 'Show one run: its configuration, epochs and per-class results',
  positionals: {
    run: { type: 'string', demandOption: true, describe: 'Run id, or the start of one' },
  },
  options: {
    format: {
      choices: ['table', 'md', 'json'] as const,
      default: 'table',
      describe: 'How it is printed',
    },
    db: dbOption,
  },
  async handler(args: { run: string; format: 'table' | 'md' | 'json'; db: string }): Promise<void> {
    const [{ openReader }, { runSections, runJson }, { print }, { printSections }] = await Promise.all([
      import('../store/sqlite-store.js'),
      import('../report/run-detail.js'),
      import('./print.js'),
      import('./print-tables.js'),
    ]);
    const reader = openReader(args.db);
    try {
      const detail = reader.run(args.run);
      if (args.format === 'json') print(JSON.stringify(runJson(reader, detail), null, 2));
      else await printSections(runSections(reader, detail), args.format);
    } finally {
      reader.close();
    }
  },
};

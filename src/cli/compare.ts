import type { Command } from './command.js';
import { dbOption } from './options.js';

/** `focalsweep compare`. */
export const compareCommand: Command = {
  usage: 'compare <a> <b>',
  describe: 'Put two runs, configurations or sweeps (by their best configuration) side by side',
  positionals: {
    a: {
      type: 'string',
      demandOption: true,
      describe: 'Sweep name, or the start of a trial or run id',
    },
    b: { type: 'string', demandOption: true, describe: 'The other one' },
  },
  options: {
    format: {
      choices: ['table', 'md', 'json'] as const,
      default: 'table',
      describe: 'How it is printed',
    },
    db: dbOption,
  },
  async handler(args: { a: string; b: string; format: 'table' | 'md' | 'json'; db: string }): Promise<void> {
    const [{ openReader }, { compare, comparisonSections }, { renderSections }, { print, terminalWidth }] =
      await Promise.all([
        import('../store/sqlite-store.js'),
        import('../report/comparison.js'),
        import('../report/render-report.js'),
        import('./print.js'),
      ]);
    const reader = openReader(args.db);
    try {
      const comparison = compare(reader, args.a, args.b);
      if (args.format === 'json') print(JSON.stringify(comparison, null, 2));
      else print(renderSections(comparisonSections(comparison), args.format, terminalWidth()));
    } finally {
      reader.close();
    }
  },
};

import type { Command } from '../command.js';
import { dbOption, RANK_FORMS } from '../options/options.js';

/** `focalsweep show`. */
export const showCommand: Command = {
  usage: 'show <id>',
  describe: 'Show a run with its epochs, or a configuration with its runs: settings and per-class results',
  positionals: {
    id: {
      type: 'string',
      demandOption: true,
      describe: `Run or trial: an id or the start of one, ${RANK_FORMS}`,
    },
  },
  options: {
    format: {
      choices: ['table', 'md', 'json'] as const,
      default: 'table',
      describe: 'Output format',
    },
    db: dbOption,
  },
  async handler(args: { id: string; format: 'table' | 'md' | 'json'; db: string }): Promise<void> {
    const [{ openReader }, { buildShown }, { print }, { printSections }] = await Promise.all([
      import('../../store/sqlite/sqlite-store.js'),
      import('../../analysis/analysis.js'),
      import('../terminal/print.js'),
      import('../terminal/print-tables.js'),
    ]);
    const reader = openReader(args.db);
    try {
      const shown = await buildShown(reader, args.id);
      if (args.format === 'json') {
        const { runJson, trialJson } = await import('../../views/json/shown-json.js');
        print(JSON.stringify(shown.kind === 'run' ? runJson(shown) : trialJson(shown), null, 2));
      } else {
        const [{ runSections }, { trialSections }] = await Promise.all([
          import('../../views/sections/run-sections.js'),
          import('../../views/sections/trial-sections.js'),
        ]);
        await printSections(shown.kind === 'run' ? runSections(shown) : trialSections(shown), args.format);
      }
    } finally {
      reader.close();
    }
  },
};

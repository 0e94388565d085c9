import type { Section } from '../../views/sections/section.js';
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
      describe: 'How it is printed',
    },
    db: dbOption,
  },
  async handler(args: { id: string; format: 'table' | 'md' | 'json'; db: string }): Promise<void> {
    const [{ openReader }, { findByWord }, runs, trials, { print }, { printSections }] = await Promise.all([
      import('../../store/sqlite/sqlite-store.js'),
      import('../../analysis/find-configuration.js'),
      import('../../views/sections/run-detail.js'),
      import('../../views/sections/trial-detail.js'),
      import('../terminal/print.js'),
      import('../terminal/print-tables.js'),
    ]);
    const reader = openReader(args.db);
    try {
      const found = findByWord(reader, args.id);
      const isJson = args.format === 'json';
      const json = (value: unknown): void => print(JSON.stringify(value, null, 2));
      const sections = (of: readonly Section[]): Promise<void> =>
        printSections(of, args.format === 'md' ? 'md' : 'table');
      if (found.kind === 'run') {
        const detail = reader.run(found.id);
        if (isJson) json(runs.runJson(reader, detail));
        else await sections(runs.runSections(reader, detail));
      } else {
        const detail = trials.trialDetail(reader, found);
        if (isJson) json(trials.trialJson(detail));
        else await sections(trials.trialSections(reader, detail));
      }
    } finally {
      reader.close();
    }
  },
};

import type { Section } from '../report/section.js';
import type { Command } from './command.js';
import { dbOption, RANK_FORMS } from './options.js';

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
    const [{ openReader }, { findByWord }, runs, trials, { renderSections }, { print, terminalWidth }] =
      await Promise.all([
        import('../store/sqlite-store.js'),
        import('../report/find-configuration.js'),
        import('../report/run-detail.js'),
        import('../report/trial-detail.js'),
        import('../report/render-report.js'),
        import('./print.js'),
      ]);
    const reader = openReader(args.db);
    try {
      const found = findByWord(reader, args.id);
      const isJson = args.format === 'json';
      const json = (value: unknown): void => print(JSON.stringify(value, null, 2));
      const sections = (of: readonly Section[]): void =>
        print(renderSections(of, args.format === 'md' ? 'md' : 'table', terminalWidth()));
      if (found.kind === 'run') {
        const detail = reader.run(found.id);
        if (isJson) json(runs.runJson(reader, detail));
        else sections(runs.runSections(reader, detail));
      } else {
        const detail = trials.trialDetail(reader, found);
        if (isJson) json(trials.trialJson(detail));
        else sections(trials.trialSections(reader, detail));
      }
    } finally {
      reader.close();
    }
  },
};

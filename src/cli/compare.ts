import type { Command } from './command.js';
import { requireHtml, writeHtmlReport } from './html-report.js';
import { dbOption } from './options.js';

export interface CompareArgs {
  readonly a: string;
  readonly b: string;
  readonly format: 'table' | 'html' | 'md' | 'json';
  readonly out?: string;
  readonly open: boolean;
  readonly db: string;
}

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
      choices: ['table', 'html', 'md', 'json'] as const,
      default: 'table',
      describe: 'How it is printed',
    },
    out: { type: 'string', describe: 'Where the page goes; results/<a>-<b>.html by default' },
    open: { type: 'boolean', default: false, describe: 'Show the page in the browser' },
    db: dbOption,
  },
  async handler(args: CompareArgs): Promise<void> {
    if (args.open || args.out !== undefined) requireHtml(args.format, args.open ? '--open' : '--out');
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
      if (args.format === 'html') {
        const { comparisonPage } = await import('../report/html/comparison-page.js');
        const { a, b, out, open } = args;
        writeHtmlReport(comparisonPage(comparison), { name: `${a}-${b}`, out, open });
      } else if (args.format === 'json') print(JSON.stringify(comparison, null, 2));
      else print(renderSections(comparisonSections(comparison), args.format, terminalWidth()));
    } finally {
      reader.close();
    }
  },
};

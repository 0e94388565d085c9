import { FORMATS, type FormatOf } from '../../views/renderer.js';
import type { Command } from '../command.js';
import { dbOption, RANK_FORMS } from '../options/options.js';
import { requireHtml, writeHtmlReport } from '../pages/html-report.js';
import { printView } from '../terminal/print-view.js';

export interface CompareArgs {
  readonly ids: readonly string[];
  readonly format: FormatOf<'comparison'>;
  readonly out?: string;
  readonly open: boolean;
  readonly db: string;
}

/** `focalsweep compare`. */
export const compareCommand: Command = {
  usage: 'compare <ids..>',
  describe: 'Compare runs, configurations or sweeps (by their best configuration) side by side',
  positionals: {
    ids: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: `Two or more: sweep names, starts of trial or run ids, ${RANK_FORMS}; the first is the reference`,
    },
  },
  options: {
    format: {
      choices: FORMATS.comparison,
      default: 'table',
      describe: 'Output format',
    },
    out: { type: 'string', describe: 'File of the HTML page; results/<first>-<second>….html by default' },
    open: { type: 'boolean', default: false, describe: 'Open the page in the browser' },
    db: dbOption,
  },
  async handler({ ids, format, out, open, db }: CompareArgs): Promise<void> {
    if (open || out !== undefined) requireHtml(format, open ? '--open' : '--out');
    const [{ openStore }, { buildComparison }] = await Promise.all([
      import('../../store/open-store.js'),
      import('../../analysis/analysis.js'),
    ]);
    const reader = await openStore(db).reader();
    try {
      const comparison = await buildComparison(reader, ids);
      if (format === 'html') {
        const { render } = await import('../../views/render.js');
        const page = await render('comparison', comparison, { format, db });
        await writeHtmlReport(page, { name: ids.join('-'), out, open });
      } else {
        await printView('comparison', comparison, { format, db });
      }
    } finally {
      await reader.close();
    }
  },
};

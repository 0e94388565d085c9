import type { ReportFormat } from '../report/render-report.js';
import type { Command } from './command.js';
import { requireHtml, writeHtmlReport } from './html-report.js';
import { dbOption, topOption } from './options.js';
import { print } from './print.js';
import { printSections } from './print-tables.js';
import { writeReportFile } from './report-file.js';

export interface ReportArgs {
  readonly sweep?: string;
  readonly format: ReportFormat | 'html';
  readonly out?: string;
  readonly open: boolean;
  readonly top: number;
  readonly confirm: boolean;
  readonly db: string;
}

/** `focalsweep report`. */
export const reportCommand: Command = {
  usage: 'report [sweep]',
  describe: 'Rank a sweep’s configurations and compare the best with cross-entropy, class by class',
  positionals: {
    sweep: { type: 'string', describe: 'Name of the sweep; the latest by default' },
  },
  options: {
    format: {
      choices: ['table', 'html', 'md', 'json', 'csv'] as const,
      default: 'table',
      describe: 'How the report is written',
    },
    out: {
      type: 'string',
      describe: 'Write to this file instead of stdout; a page goes to results/<sweep>.html by default',
    },
    open: { type: 'boolean', default: false, describe: 'Show the page in the browser' },
    top: topOption(20),
    confirm: {
      type: 'boolean',
      default: false,
      describe: 'Only say, in one sentence, what the test rows say of the winner',
    },
    db: dbOption,
  },
  async handler(args: ReportArgs): Promise<void> {
    if (args.open) requireHtml(args.format, '--open');
    const { openReader } = await import('../store/sqlite-store.js');
    const { buildRanking, buildReport } = await import('../report/build-report.js');
    const [{ renderReport }, { reportSections }] = await Promise.all([
      import('../report/render-report.js'),
      import('../report/sections.js'),
    ]);
    const reader = openReader(args.db);
    try {
      const { format, top, out, open } = args;
      if (args.confirm) {
        const { headline } = buildRanking(reader, args.sweep);
        print(headline?.confirmation ?? 'No run has finished yet.');
        return;
      }
      const report = buildReport(reader, args.sweep);
      if (format === 'html') {
        const { reportPage } = await import('../report/html/report-page.js');
        await writeHtmlReport(reportPage(report), { name: report.sweep.name, out, open });
        return;
      }
      if (out !== undefined) writeReportFile(out, renderReport(report, { format, top }));
      else if (format === 'table' || format === 'md')
        await printSections(reportSections(report, top), format);
      else print(renderReport(report, { format, top }));
    } finally {
      reader.close();
    }
  },
};

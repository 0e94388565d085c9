import { UserError } from '../../errors.js';
import { FORMATS, type FormatOf } from '../../views/renderer.js';
import type { Command } from '../command.js';
import { dbOption, topOption } from '../options/options.js';
import { requireHtml, writeHtmlReport } from '../pages/html-report.js';
import { writeReportFile } from '../pages/report-file.js';
import { print } from '../terminal/print.js';
import { printView } from '../terminal/print-view.js';

export interface ReportArgs {
  readonly sweep?: string;
  readonly format: FormatOf<'report'>;
  readonly out?: string;
  readonly open: boolean;
  readonly top: number;
  readonly confirm: boolean;
  readonly choose?: string;
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
      choices: FORMATS.report,
      default: 'table',
      describe: 'Output format',
    },
    out: {
      type: 'string',
      describe: 'Write to this file instead of stdout; a page goes to results/<sweep>.html by default',
    },
    open: { type: 'boolean', default: false, describe: 'Open the page in the browser' },
    top: topOption(20),
    choose: {
      type: 'string',
      describe: 'Choose for these aims instead of the spec’s: an entry of `choose:`, or a list of them',
    },
    confirm: {
      type: 'boolean',
      default: false,
      describe: 'Print only one sentence: what the choice for the first aim reaches on the test rows',
    },
    db: dbOption,
  },
  async handler(args: ReportArgs): Promise<void> {
    if (args.open) requireHtml(args.format, '--open');
    if (args.confirm) refuseBesideConfirm(args);
    const { openStore } = await import('../../store/open-store.js');
    const { buildRanking, buildReport } = await import('../../analysis/analysis.js');
    const { onCores } = await import('../../run/threads/bootstrap-on-cores.js');
    const { parseAims } = await import('../../spec/parse-spec.js');
    const aims = args.choose === undefined ? undefined : parseAims(args.choose);
    const reader = await openStore(args.db).reader();
    try {
      const { format, top, out, open, db } = args;
      if (args.confirm) {
        const { headline } = await onCores((bootstrap) =>
          buildRanking(reader, args.sweep, { aims, bootstrap }),
        );
        print(headline?.confirmation ?? 'No run has finished yet.');
        return;
      }
      const report = await onCores((bootstrap) => buildReport(reader, args.sweep, { aims, bootstrap }));
      if (format !== 'html' && out === undefined) {
        await printView('report', report, { format, top, db });
        return;
      }
      const { render } = await import('../../views/render.js');
      const text = await render('report', report, { format, top, db });
      if (format === 'html') await writeHtmlReport(text, { name: report.sweep.name, out, open });
      else if (out !== undefined) writeReportFile(out, text);
    } finally {
      await reader.close();
    }
  },
};

/** `--confirm` prints one sentence, not a file or a page. */
function refuseBesideConfirm({ out, open }: ReportArgs): void {
  const other = open ? '--open' : out !== undefined ? '--out' : undefined;
  if (other === undefined) return;
  throw new UserError(`--confirm prints one sentence, and ${other} is for whole reports`, {
    fix: `Leave --confirm or ${other} out.`,
  });
}

import type { RunReport } from '../../analysis/shown/run-report.js';
import type { TrialReport } from '../../analysis/shown/trial-report.js';
import { UserError } from '../../errors.js';
import type { SweepReader } from '../../store/store.js';
import { FORMATS, type FormatOf } from '../../views/renderer.js';
import { dbWords } from '../../wording/db-words.js';
import { printableLines } from '../../wording/printable.js';
import type { Command } from '../command.js';
import { dbOption, RANK_FORMS } from '../options/options.js';
import { printPainted } from '../terminal/print.js';
import { printView } from '../terminal/print-view.js';

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
      choices: FORMATS.run,
      default: 'table',
      describe: 'Output format',
    },
    log: {
      type: 'boolean',
      default: false,
      describe: 'Print only what the program of the run printed, the last 1 MB',
    },
    db: dbOption,
  },
  async handler(args: { id: string; format: FormatOf<'run'>; log: boolean; db: string }): Promise<void> {
    const [{ openStore }, { buildShown }, { onCores }] = await Promise.all([
      import('../../store/open-store.js'),
      import('../../analysis/analysis.js'),
      import('../../run/threads/bootstrap-on-cores.js'),
    ]);
    const reader = await openStore(args.db).reader();
    try {
      const shown = await onCores((bootstrap) => buildShown(reader, args.id, { bootstrap }));
      const { format, db } = args;
      if (args.log) {
        printPainted(await logOf(reader, shown, db));
        return;
      }
      if (shown.kind === 'run') await printView('run', shown, { format });
      else await printView('trial', shown, { format, db });
    } finally {
      await reader.close();
    }
  },
};

/** What the program of a run printed. Throws UserError for a configuration, and for a run without. */
async function logOf(reader: SweepReader, shown: RunReport | TrialReport, db: string): Promise<string> {
  if (shown.kind === 'trial') {
    const [first] = shown.runs;
    throw new UserError(`${shown.name} is a configuration, and each of its runs has a log`, {
      fix:
        first === undefined
          ? 'Name a run.'
          : `Name a run, such as \`focalsweep show ${first.runId.slice(0, 8)} --log${dbWords(db)}\`.`,
    });
  }
  const log = await reader.log(shown.runId);
  if (log !== null) return process.stdout.isTTY ? printableLines(log.trimEnd()) : log.trimEnd();
  throw new UserError(`the run ${shown.runId} has no log`, {
    fix: 'Only programs of your own print one, and only once an attempt has ended.',
  });
}

import { FORMATS, type FormatOf } from '../../views/renderer.js';
import type { Command } from '../command.js';
import { dbOption, RANK_FORMS } from '../options/options.js';
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
    db: dbOption,
  },
  async handler(args: { id: string; format: FormatOf<'run'>; db: string }): Promise<void> {
    const [{ openStore }, { buildShown }] = await Promise.all([
      import('../../store/open-store.js'),
      import('../../analysis/analysis.js'),
    ]);
    const reader = await openStore(args.db).reader();
    try {
      const shown = await buildShown(reader, args.id);
      const { format } = args;
      if (shown.kind === 'run') await printView('run', shown, { format });
      else await printView('trial', shown, { format });
    } finally {
      await reader.close();
    }
  },
};

import type { SweepReport } from '../../analysis/report.js';
import { UserError } from '../../errors.js';
import { dbWords } from '../../wording/db-words.js';
import { shellWord } from '../../wording/shell-word.js';
import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';

/** `focalsweep suggest`. */
export const suggestCommand: Command = {
  usage: 'suggest [sweep]',
  describe: 'Print a spec for the next sweep: this one’s, changed as its results suggest',
  positionals: {
    sweep: { type: 'string', describe: 'Name of the sweep; the latest by default' },
  },
  options: { db: dbOption },
  async handler(args: { sweep?: string; db: string }): Promise<void> {
    const [{ openStore }, { buildSuggestion }, { print }] = await Promise.all([
      import('../../store/open-store.js'),
      import('../../analysis/analysis.js'),
      import('../terminal/print.js'),
    ]);
    const reader = await openStore(args.db).reader();
    try {
      const { report, spec } = await buildSuggestion(reader, args.sweep);
      if (spec === null) throw nothingToChange(report, args.db);
      print(spec.trimEnd());
    } finally {
      await reader.close();
    }
  },
};

function nothingToChange({ sweep, best }: SweepReport, db: string): UserError {
  if (best === null) {
    return new UserError(`no run of ${sweep.name} has finished yet`, {
      fix: 'Launch it, then ask again.',
    });
  }
  const words = `${shellWord(sweep.name)}${dbWords(db)}`;
  return new UserError(`the results of ${sweep.name} suggest no further sweep`, {
    fix: `\`focalsweep report ${words}\` shows what is left to decide, and \`focalsweep report ${words} --confirm\` what the choice for the first aim reaches on the test rows.`,
  });
}

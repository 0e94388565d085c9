import { EXIT } from '../../errors.js';
import { counted } from '../../wording/counted.js';
import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';
import { note, print } from '../terminal/print.js';

const LISTED_PROBLEMS = 20;

/** `focalsweep check`. */
export const checkCommand: Command = {
  usage: 'check',
  describe: 'Look whether every result in a database is as it was written, and for what nobody needs',
  positionals: {},
  options: {
    repair: {
      type: 'boolean',
      default: false,
      describe: 'Take out what is damaged, so that it is trained again, and what nobody needs',
    },
    db: dbOption,
  },
  async handler({ db, repair }: { readonly db: string; readonly repair: boolean }): Promise<void> {
    const [{ openKeeper }, { checkpointFolder, listCheckpoints, removeCheckpointFile }] = await Promise.all([
      import('../../store/sqlite/sqlite-store.js'),
      import('../../run/checkpoints/checkpoint-files.js'),
    ]);
    const keeper = openKeeper(db, note);
    try {
      const { results, problems } = keeper.check({ repair });
      const unfinished = keeper.unfinishedRuns();
      const folder = checkpointFolder(db);
      const orphans = listCheckpoints(folder).filter(
        ({ runId, temporary }) => temporary || !unfinished.has(runId),
      );
      const all = [
        ...problems,
        ...orphans.map(({ name }) => ({
          what: `the checkpoint ${name} belongs to no unfinished run`,
          repaired: repair && removeCheckpointFile(folder, name),
        })),
      ];
      print(
        [
          `${counted(results, 'result')}, ${all.length === 0 ? 'no problem' : counted(all.length, 'problem')}`,
          ...all
            .slice(0, LISTED_PROBLEMS)
            .map(({ what, repaired }) => `  ${what}${repaired ? ' (repaired)' : ''}`),
          ...(all.length > LISTED_PROBLEMS ? [`  … and ${all.length - LISTED_PROBLEMS} more`] : []),
        ].join('\n'),
      );
      if (problems.every(({ repaired }) => repaired)) return;
      process.exitCode = EXIT.database;
      process.stderr.write(
        repair
          ? 'What is not repaired needs a copy of the database, or a new one: move the file away and launch again.\n'
          : 'Repair what can be repaired: focalsweep check --repair\n',
      );
    } finally {
      keeper.close();
    }
  },
};

import { EXIT } from '../../errors.js';
import { counted } from '../../wording/counted.js';
import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';
import { note, print } from '../terminal/print.js';

const LISTED_PROBLEMS = 20;

/** `focalsweep check`. */
export const checkCommand: Command = {
  usage: 'check',
  describe: 'Verify every result in a database, and find leftovers such as unused checkpoints',
  positionals: {},
  options: {
    repair: {
      type: 'boolean',
      default: false,
      describe: 'Remove leftovers and damaged results; the next launch trains those again',
    },
    db: dbOption,
  },
  async handler({ db, repair }: { readonly db: string; readonly repair: boolean }): Promise<void> {
    const [{ openStore }, { checkpointFolder, listCheckpoints, removeCheckpointFile }] = await Promise.all([
      import('../../store/open-store.js'),
      import('../../run/checkpoints/checkpoint-files.js'),
    ]);
    const keeper = await openStore(db).keeper(note);
    try {
      const { results, problems } = await keeper.check({ repair });
      const unfinished = await keeper.unfinishedRuns();
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
          ? 'What was not repaired needs a backup of the database, or a new one: move the file away and launch again.\n'
          : 'To repair what can be repaired: focalsweep check --repair\n',
      );
    } finally {
      await keeper.close();
    }
  },
};

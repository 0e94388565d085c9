import { EXIT } from '../../errors.js';
import type { StoreKeeper } from '../../store/store.js';
import { counted } from '../../wording/counted.js';
import { dbWords } from '../../wording/db-words.js';
import { megabytes } from '../../wording/numbers.js';
import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';
import { note, print } from '../terminal/print.js';

const LISTED_PROBLEMS = 20;

interface CheckArgs {
  readonly db: string;
  readonly repair: boolean;
  readonly compact: boolean;
}

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
    compact: {
      type: 'boolean',
      default: false,
      describe: 'Then make the file smaller by what deleted sweeps have left empty',
    },
    db: dbOption,
  },
  async handler({ db, repair, compact }: CheckArgs): Promise<void> {
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
      if (problems.every(({ repaired }) => repaired)) {
        if (compact) await compactFile(keeper);
        return;
      }
      process.exitCode = EXIT.database;
      process.stderr.write(
        repair
          ? 'What was not repaired needs a backup of the database, or a new one: move the file away and launch again.\n'
          : `To repair what can be repaired: focalsweep check --repair${dbWords(db)}\n`,
      );
    } finally {
      await keeper.close();
    }
  },
};

async function compactFile(keeper: StoreKeeper): Promise<void> {
  const unused = await keeper.unusedBytes();
  await keeper.compact();
  print(`The file is ${megabytes(unused)} smaller.`);
}

import { UserError } from '../../errors.js';
import type { SweepLoss } from '../../store/store.js';
import { counted } from '../../wording/counted.js';
import { dbWords } from '../../wording/db-words.js';
import { duration } from '../../wording/duration.js';
import { megabytes } from '../../wording/numbers.js';
import { shellWord } from '../../wording/shell-word.js';
import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';
import { note, print } from '../terminal/print.js';

interface DeleteArgs {
  readonly sweep: string;
  readonly yes: boolean;
  readonly db: string;
}

/** `focalsweep delete`. */
export const deleteCommand: Command = {
  usage: 'delete <sweep>',
  describe: 'Delete a sweep with its results; runs that other sweeps have stay',
  positionals: { sweep: { type: 'string', describe: 'Name of the sweep' } },
  options: {
    yes: { type: 'boolean', default: false, describe: 'Delete; without it, only say what would be lost' },
    db: dbOption,
  },
  async handler({ sweep, yes, db }: DeleteArgs): Promise<void> {
    const [{ openStore }, { checkpointFolder, removeCheckpoint }] = await Promise.all([
      import('../../store/open-store.js'),
      import('../../run/checkpoints/checkpoint-files.js'),
    ]);
    const keeper = await openStore(db).keeper(note);
    try {
      if (!yes) {
        print(`This would delete ${sweep}: ${lossText(await keeper.lossOf(sweep))}.`);
        throw new UserError('nothing was deleted', {
          where: db,
          fix: `If you mean it: focalsweep delete ${shellWord(sweep)} --yes${dbWords(db)}`,
        });
      }
      const loss = await keeper.deleteSweep(sweep);
      for (const runId of loss.runs) removeCheckpoint(checkpointFolder(db), runId);
      print(`Deleted ${sweep}: ${lossText(loss)}.`);
      const unused = await keeper.unusedBytes();
      if (unused >= WORTH_A_WORD) {
        note(
          `The file keeps its size: ${megabytes(unused)} in it are free for later sweeps. To make it smaller: focalsweep check --compact${dbWords(db)}`,
        );
      }
    } finally {
      await keeper.close();
    }
  },
};

/** Bytes. */
const WORTH_A_WORD = 100_000;

/** `6 runs, 4 of them finished (1.5 h of training); 2 runs stay, which other sweeps have`. */
function lossText({ runs, results, trainingMs, shared }: SweepLoss): string {
  const finished = results === 0 ? 'none' : String(results);
  const hours = results === 0 ? '' : ` (${duration(trainingMs / 1000)} of training)`;
  const stay =
    shared === 0
      ? ''
      : `; ${counted(shared, 'run')} ${shared === 1 ? 'stays' : 'stay'}, which other sweeps have`;
  return `${counted(runs.length, 'run')}, ${finished} of them finished${hours}${stay}`;
}

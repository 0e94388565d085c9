import { EXIT, UserError } from '../../errors.js';
import type { MergedSweep } from '../../store/store.js';
import { counted } from '../../wording/counted.js';
import type { Command } from '../command.js';
import { databaseFile, dbOption } from '../options/options.js';
import { note, print } from '../terminal/print.js';

interface MergeArgs {
  readonly other: string;
  readonly sweep?: string;
  readonly db: string;
}

/** `focalsweep merge`. */
export const mergeCommand: Command = {
  usage: 'merge <other>',
  describe: 'Copy the sweeps of another database into this one; a second time changes nothing',
  positionals: { other: { type: 'string', describe: 'The other database, which stays as it is' } },
  options: {
    sweep: { type: 'string', describe: 'Only these sweeps of it, comma-separated' },
    db: dbOption,
  },
  async handler({ other, sweep, db }: MergeArgs): Promise<void> {
    const sweeps = sweep?.split(',').map((name) => name.trim());
    await copySweeps({ from: databaseFile(other), to: db, sweeps });
  },
};

interface Copy {
  readonly from: string;
  readonly to: string;
  /** By default all. */
  readonly sweeps?: readonly string[] | undefined;
}

/** Copies sweeps from one store into another, which is created if it is missing, and prints what became of each. */
export async function copySweeps({ from, to, sweeps }: Copy): Promise<void> {
  const { openStore } = await import('../../store/open-store.js');
  const store = openStore(to);
  if (!(await openStore(from).exists())) {
    throw new UserError('there is no database here', {
      where: from,
      fix: 'Name the file or the server of the other database.',
      exitCode: EXIT.database,
    });
  }
  if (!(await store.exists())) await (await store.writer(note)).close();
  const keeper = await store.keeper(note);
  try {
    const merged = await keeper.merge({ from, ...(sweeps !== undefined && { sweeps }) });
    print(merged.map(mergeLine).join('\n') || 'The other database has no sweep.');
  } finally {
    await keeper.close();
  }
}

function mergeLine({ sweep, outcome, plan, trials, runs, results }: MergedSweep): string {
  if (outcome === 'unchanged') return `${sweep}: nothing new`;
  const gained = `${counted(trials, 'configuration')}, ${counted(runs, 'run')}, ${counted(results, 'result')}`;
  if (outcome === 'added') return `${sweep}: added, with ${gained}`;
  const whose =
    plan === 'ours' ? 'this database, which launched it later' : 'the other, which launched it later';
  return `${sweep}: united with the one here, ${gained} more; its plan is that of ${whose}`;
}

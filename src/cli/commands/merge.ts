import { EXIT, UserError } from '../../errors.js';
import type { MergedSweep } from '../../store/store.js';
import { counted } from '../../wording/counted.js';
import type { Command } from '../command.js';
import { databaseFile, dbOption } from '../options/options.js';
import { recordMergedChoices } from '../supervision/record-choices.js';
import { note, print } from '../terminal/print.js';

interface MergeArgs {
  readonly others: readonly string[];
  readonly sweep?: string;
  readonly db: string;
}

/** `focalsweep merge`. */
export const mergeCommand: Command = {
  usage: 'merge <others..>',
  describe: 'Copy the sweeps of other databases into this one; a second time changes nothing',
  positionals: {
    others: {
      type: 'string',
      array: true,
      describe: 'The other databases, which stay as they are, such as those of the shards of a sweep',
    },
  },
  options: {
    sweep: { type: 'string', describe: 'Only these sweeps of them, comma-separated' },
    db: dbOption,
  },
  async handler({ others, sweep, db }: MergeArgs): Promise<void> {
    const sweeps = sweep?.split(',').map((name) => name.trim());
    await copySweeps({ from: others.map(databaseFile), to: db, sweeps });
  },
};

interface Copy {
  readonly from: readonly string[];
  readonly to: string;
  /** By default all. */
  readonly sweeps?: readonly string[] | undefined;
}

/** Copies sweeps from stores into another, which is created if it is missing, and prints what became of each. */
export async function copySweeps({ from, to, sweeps }: Copy): Promise<void> {
  const { openStore } = await import('../../store/open-store.js');
  for (const url of from) await requireDatabase(url);
  const store = openStore(to);
  if (!(await store.exists())) await (await store.writer(note)).close();
  const keeper = await store.keeper(note);
  const changed = new Set<string>();
  try {
    for (const url of from) {
      const merged = await keeper.merge({ from: url, ...(sweeps !== undefined && { sweeps }) });
      const lines = merged.map(mergeLine).join('\n') || 'The other database has no sweep.';
      print(from.length === 1 ? lines : `${url}\n${lines.replace(/^/gm, '  ')}`);
      for (const { sweep: name, outcome, results } of merged) {
        // A later launch brings its own choices, those of a shard of which are none.
        if (outcome === 'united' || results > 0) changed.add(name);
      }
    }
  } finally {
    await keeper.close();
  }
  for (const name of changed) await recordMergedChoices(to, name);
}

async function requireDatabase(url: string): Promise<void> {
  const { openStore } = await import('../../store/open-store.js');
  if (await openStore(url).exists()) return;
  throw new UserError('there is no database here', {
    where: url,
    fix: 'Name the file or the server of the other database.',
    exitCode: EXIT.database,
  });
}

function mergeLine({ sweep, outcome, plan, trials, runs, results }: MergedSweep): string {
  if (outcome === 'unchanged') return `${sweep}: nothing new`;
  const gained = `${counted(trials, 'configuration')}, ${counted(runs, 'run')}, ${counted(results, 'result')}`;
  if (outcome === 'added') return `${sweep}: added, with ${gained}`;
  const whose =
    plan === 'ours' ? 'this database, which launched it later' : 'the other, which launched it later';
  return `${sweep}: united with the one here, ${gained} more; its plan is that of ${whose}`;
}

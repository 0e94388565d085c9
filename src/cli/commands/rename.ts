import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';
import { note, print } from '../terminal/print.js';

interface RenameArgs {
  readonly sweep: string;
  readonly name: string;
  readonly db: string;
}

/** `focalsweep rename`. */
export const renameCommand: Command = {
  usage: 'rename <sweep> <name>',
  describe: 'Give a sweep another name; its results stay as they are',
  positionals: {
    sweep: { type: 'string', describe: 'Name of the sweep' },
    name: { type: 'string', describe: 'The new name, which no sweep has' },
  },
  options: { db: dbOption },
  async handler({ sweep, name, db }: RenameArgs): Promise<void> {
    const [{ openStore }, { renamedSpec, requireSweepName }] = await Promise.all([
      import('../../store/open-store.js'),
      import('../../spec/renamed-spec.js'),
    ]);
    requireSweepName(name);
    const reader = await openStore(db).reader();
    const { specText, specFile } = await reader.sweep(sweep).finally(() => reader.close());
    const keeper = await openStore(db).keeper(note);
    try {
      await keeper.renameSweep({ sweep, to: name, specText: renamedSpec(specText, name) });
    } finally {
      await keeper.close();
    }
    print(`${sweep} is now ${name}.`);
    if (specFile !== null) {
      note(
        `note: a launch of ${specFile} goes by the \`name:\` that it says; change it to ${name} there, too`,
      );
    }
  },
};

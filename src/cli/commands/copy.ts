import type { Command } from '../command.js';
import { databaseFile } from '../options/options.js';
import { copySweeps } from './merge.js';

interface CopyArgs {
  readonly from: string;
  readonly to: string;
  readonly sweeps?: readonly string[];
}

/** `focalsweep copy`. */
export const copyCommand: Command = {
  usage: 'copy <from> <to> [sweeps..]',
  describe: 'Copy sweeps between files and servers; a second time changes nothing',
  positionals: {
    from: {
      type: 'string',
      describe: 'The database that has them: a file, or postgres://user@host/database',
    },
    to: { type: 'string', describe: 'The one that gets them; it is created if it is missing' },
    sweeps: { type: 'string', array: true, describe: 'Only these sweeps' },
  },
  options: {},
  async handler({ from, to, sweeps = [] }: CopyArgs): Promise<void> {
    await copySweeps({
      from: [databaseFile(from)],
      to: databaseFile(to),
      sweeps: sweeps.length === 0 ? undefined : sweeps,
    });
  },
};

import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';

/** `focalsweep fingerprint`. */
export const fingerprintCommand: Command = {
  usage: 'fingerprint [sweep]',
  describe: 'Print a SHA-256 of a sweep’s results, which is equal if and only if they are',
  positionals: {
    sweep: { type: 'string', describe: 'Name of the sweep; the latest by default' },
  },
  options: {
    db: dbOption,
  },
  async handler(args: { sweep?: string; db: string }): Promise<void> {
    const { openReader } = await import('../../store/sqlite/sqlite-store.js');
    const reader = openReader(args.db);
    try {
      const { name } = reader.sweep(args.sweep);
      process.stdout.write(`${reader.fingerprint(name)}  ${name}\n`);
    } finally {
      reader.close();
    }
  },
};

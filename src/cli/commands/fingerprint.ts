import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';

/** `focalsweep fingerprint`. */
export const fingerprintCommand: Command = {
  usage: 'fingerprint [sweep]',
  describe: 'Print a SHA-256 of a sweep’s results, to compare them with another machine’s',
  positionals: {
    sweep: { type: 'string', describe: 'Name of the sweep; the latest by default' },
  },
  options: {
    db: dbOption,
  },
  async handler(args: { sweep?: string; db: string }): Promise<void> {
    const { openStore } = await import('../../store/open-store.js');
    const reader = await openStore(args.db).reader();
    try {
      const { name } = await reader.sweep(args.sweep);
      process.stdout.write(`${await reader.fingerprint(name)}  ${name}\n`);
    } finally {
      await reader.close();
    }
  },
};

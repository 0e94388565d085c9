import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, UserError } from '../../errors.js';
import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';
import { note, print } from '../terminal/print.js';

const LONGEST_WAIT_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** `focalsweep stop`. */
export const stopCommand: Command = {
  usage: 'stop [sweep]',
  describe: 'Stop a sweep that another process is training; finished runs are kept',
  positionals: {
    sweep: { type: 'string', describe: 'Name of the sweep; the latest by default' },
  },
  options: { db: dbOption },
  async handler(args: { sweep?: string; db: string }): Promise<void> {
    const { openKeeper, openReader } = await import('../../store/sqlite/sqlite-store.js');
    const reader = openReader(args.db);
    const { name } = reader.sweep(args.sweep);
    reader.close();
    const keeper = openKeeper(args.db, note);
    try {
      const holder = keeper.holder(name);
      if (holder === undefined) {
        print(`No process is training ${name}.`);
        return;
      }
      keeper.requestStop(name);
      const deadline = performance.now() + LONGEST_WAIT_MS;
      while (keeper.holder(name) !== undefined) {
        if (performance.now() > deadline) {
          throw new UserError(`process ${holder.pid} on ${holder.host} does not stop`, {
            where: args.db,
            fix: `End it yourself (kill ${holder.pid}): finished runs are kept.`,
            exitCode: EXIT.database,
          });
        }
        await delay(LOOK_EVERY_MS);
      }
      print(
        `Stopped ${name} (process ${holder.pid} on ${holder.host}). Continue with: focalsweep resume ${name}`,
      );
    } finally {
      keeper.close();
    }
  },
};

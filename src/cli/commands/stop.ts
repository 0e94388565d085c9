import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, UserError } from '../../errors.js';
import { dbWords } from '../../wording/db-words.js';
import { shellWord } from '../../wording/shell-word.js';
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
    const { openStore } = await import('../../store/open-store.js');
    const reader = await openStore(args.db).reader();
    const { name } = await reader.sweep(args.sweep);
    await reader.close();
    const keeper = await openStore(args.db).keeper(note);
    try {
      const holder = await keeper.holder(name);
      if (holder === undefined) {
        print(`No process is training ${name}.`);
        return;
      }
      await keeper.requestStop(name);
      const deadline = performance.now() + LONGEST_WAIT_MS;
      while ((await keeper.holder(name)) !== undefined) {
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
        `Stopped ${name} (process ${holder.pid} on ${holder.host}). Continue with: focalsweep resume ${shellWord(name)}${dbWords(args.db)}`,
      );
    } finally {
      await keeper.close();
    }
  },
};

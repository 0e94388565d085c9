import { UserError } from '../../errors.js';
import type { Command } from '../command.js';

/** `focalsweep doctor`. */
export const doctorCommand: Command = {
  usage: 'doctor',
  describe: 'Show which engines this machine has, and how to install what is missing',
  positionals: {},
  options: {},
  async handler(): Promise<void> {
    const [
      { totalmem },
      { machine },
      { probeTrainers, loadTrainer },
      { textTable },
      { print, terminalWidth },
    ] = await Promise.all([
      import('node:os'),
      import('../../environment.js'),
      import('../../train/load-trainer.js'),
      import('../../views/text/text-table.js'),
      import('../terminal/print.js'),
    ]);
    const engines = await probeTrainers();
    const auto = await loadTrainer('auto');
    print(
      [
        `${machine()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
        `engine: auto takes ${auto.id}`,
        `database: ${await database()}`,
        textTable(
          {
            columns: ['engine', 'available', ''],
            rows: engines.map(({ name, available, reason }) => [name, available ? 'yes' : 'no', reason]),
          },
          { width: terminalWidth() },
        ),
      ].join('\n'),
    );
  },
};

/** The SQLite that is installed, or why it cannot be loaded. */
async function database(): Promise<string> {
  try {
    return await (await import('../../store/open-store.js')).databaseVersion();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message} (${error.where}). ${error.fix}`;
  }
}

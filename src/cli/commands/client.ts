import { UserError } from '../../errors.js';
import { PACKAGE_ROOT } from '../../package-root.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import type { Command } from '../command.js';

/** The file of each client, in the package. */
const CLIENTS: ReadonlyMap<string, string> = new Map([['python', 'clients/python/focalsweep.py']]);

/** `focalsweep client`. */
export const clientCommand: Command = {
  usage: 'client <language>',
  describe: 'Print the client for training scripts of your own, one file to save beside them',
  positionals: {
    language: {
      type: 'string',
      demandOption: true,
      describe: `Language of the script: ${[...CLIENTS.keys()].join(', ')}`,
    },
  },
  options: {},
  async handler({ language }: { readonly language: string }): Promise<void> {
    const file = CLIENTS.get(language);
    if (file === undefined) throw noClient(language);
    const { readFile } = await import('node:fs/promises');
    process.stdout.write(await readFile(new URL(file, PACKAGE_ROOT), 'utf8'));
  },
};

function noClient(language: string): UserError {
  const known = [...CLIENTS.keys()];
  return new UserError(`there is no client for "${language}".${didYouMean(language, known)}`, {
    fix: `There is one for ${known.join(', ')}; other languages need none: docs/own-trainer.md.`,
  });
}

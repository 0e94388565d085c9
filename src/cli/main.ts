#!/usr/bin/env node
import { exitCodeOf, printError } from './print-error.js';
import { isSupervised } from './supervision.js';

/** These are watched from the start, before the command line is loaded, which their trainer reads. */
const ONLY_TRAIN: ReadonlySet<string | undefined> = new Set(['launch', 'resume']);

// A reader that stops reading (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  if (ONLY_TRAIN.has(process.argv[2]) && !isSupervised()) {
    const { supervise } = await import('./supervise.js');
    process.exitCode = await supervise();
  } else {
    const [{ hideBin }, { createCli }] = await Promise.all([import('yargs/helpers'), import('./cli.js')]);
    await createCli(hideBin(process.argv)).parseAsync();
  }
} catch (error) {
  printError(error);
  process.exitCode = exitCodeOf(error);
}

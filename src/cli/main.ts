#!/usr/bin/env node
import { hideBin } from 'yargs/helpers';
import { createCli } from './cli.js';
import { exitCodeOf, printError } from './print-error.js';

// A reader that stops reading (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await createCli(hideBin(process.argv)).parseAsync();
} catch (error) {
  printError(error);
  process.exitCode = exitCodeOf(error);
}

import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { EXIT, UserError } from '../../errors.js';
import { exitCodeOf, printError } from './print-error.js';

/** Streams that are a terminal when the process starts; after it is closed they no longer look like one. */
const TERMINALS: readonly number[] = [0, 1, 2].filter((stream) => isatty(stream));

/**
 * A command's work does not depend on who reads its output. A reader of stdout that stops reading (`| head`, a closed
 * terminal) is no error; any other failure to write stdout is.
 */
export function outliveReaders(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isClosedTerminal(1)) process.exit();
    const failure = new UserError(`cannot be written: ${error.message}`, {
      where: 'stdout',
      fix: 'Send the output somewhere else, or make room there.',
      exitCode: EXIT.output,
      cause: error,
    });
    printError(failure);
    process.exit(exitCodeOf(failure));
  });
  // Node aborts at its very end if a terminal has closed that it wants to restore, even one that closed only after this. Nothing
  // here changes a terminal, so there is nothing to restore; only an uncaught error is still written after this.
  let hasCrashed = false;
  process.on('uncaughtExceptionMonitor', () => {
    hasCrashed = true;
  });
  process.on('exit', () => {
    for (const stream of TERMINALS) if (!hasCrashed || isClosedTerminal(stream)) closeSync(stream);
  });
}

function isClosedTerminal(stream: number): boolean {
  return TERMINALS.includes(stream) && !isatty(stream);
}

/**
 * Whether a closed terminal (SIGHUP) concerns this process: not if no stream is a terminal, nor under nohup. Node undoes what
 * nohup sets, so only these traces of it are left.
 */
export function dependsOnTerminal(): boolean {
  return TERMINALS.length > 0 && !/(^|\/)nohup$/.test(process.env._ ?? '');
}

import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { EXIT, UserError } from '../../errors.js';
import { exitCodeOf, printError } from './print-error.js';

/** Streams that are a terminal's when the process starts; once it is closed they are no terminal's any more. */
const TERMINALS: readonly number[] = [0, 1, 2].filter((stream) => isatty(stream));

/**
 * What a command does does not depend on who reads what it says. A reader of stdout that stops reading (`| head`, a closed
 * terminal) is no error; anything else that keeps stdout from being written is.
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
  // Node aborts at its end where it cannot set a closed terminal back to how it was.
  process.on('exit', () => {
    for (const stream of TERMINALS) if (isClosedTerminal(stream)) closeSync(stream);
  });
}

function isClosedTerminal(stream: number): boolean {
  return TERMINALS.includes(stream) && !isatty(stream);
}

/**
 * Whether the end of a terminal (SIGHUP) is meant for this process: not where no stream is a terminal's, nor under nohup. Node
 * undoes what nohup sets, so only these traces of it are left.
 */
export function dependsOnTerminal(): boolean {
  return TERMINALS.length > 0 && !/(^|\/)nohup$/.test(process.env._ ?? '');
}

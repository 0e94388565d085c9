import { isatty } from 'node:tty';
import { EXIT, UserError } from '../errors.js';
import { exitCodeOf, printError } from './print-error.js';

/**
 * What a command does does not depend on who reads what it says. A reader of stdout that stops reading (`| head`) is no error;
 * anything else that keeps stdout from being written is.
 */
export function outliveReaders(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    const failure = new UserError(`cannot be written: ${error.message}`, {
      where: 'stdout',
      fix: 'Send the output somewhere else, or make room there.',
      exitCode: EXIT.output,
      cause: error,
    });
    printError(failure);
    process.exit(exitCodeOf(failure));
  });
}

/**
 * Whether the end of a terminal (SIGHUP) is meant for this process: not where no stream is a terminal's, nor under nohup. Node
 * undoes what nohup sets, so only these traces of it are left.
 */
export function dependsOnTerminal(): boolean {
  return [0, 1, 2].some((stream) => isatty(stream)) && !/(^|\/)nohup$/.test(process.env._ ?? '');
}

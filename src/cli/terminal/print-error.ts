import { EXIT, tooFewFileHandles, UserError } from '../../errors.js';
import { printableLines } from '../../wording/printable.js';
import { coloursOf } from './colours.js';

const colours = coloursOf(process.stderr);

/** Writes an error to stderr: a user's mistake in two lines, a bug with its stack. */
export function printError(thrown: unknown): void {
  const error = tooFewFileHandles(thrown) ?? thrown;
  if (error instanceof UserError) {
    const place = error.where === undefined ? '' : `${error.where}: `;
    process.stderr.write(`${colours.red('error:')} ${printableLines(`${place}${error.message}`)}\n`);
    if (error.fix !== undefined)
      process.stderr.write(`  ${colours.cyan('fix:')} ${printableLines(error.fix)}\n`);
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `${colours.red('bug:')} this should not happen; please report it.\n${printableLines(text)}\n`,
  );
}

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UserError) return error.exitCode;
  return tooFewFileHandles(error)?.exitCode ?? EXIT.bug;
}

import { printableLines } from '../report/printable.js';
import { wrap } from '../report/wrap.js';

/** The terminal's width, or undefined where output goes to a file or a pipe. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

/** Writes a text to stdout, with a newline at its end; names in it cannot steer a terminal. */
export function print(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? printableLines(text) : text}\n`);
}

/** Writes sections or rows, whose texts cannot steer a terminal already, so that their colours stay. */
export function printPainted(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes lines for people to stderr. */
export function note(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}

/** Writes what the user should know before a sweep to stderr, wrapped at words on a terminal. */
export function noteWarnings(warnings: readonly string[]): void {
  const width = process.stderr.isTTY ? process.stderr.columns : undefined;
  for (const warning of warnings) note(wrap(`note: ${warning}`, width));
}

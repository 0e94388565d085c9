import { printableLines } from '../report/printable.js';

/** The terminal's width, or undefined where output goes to a file or a pipe. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

/** Writes a text to stdout, with a newline at its end; names in it cannot steer a terminal. */
export function print(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? printableLines(text) : text}\n`);
}

/** Writes lines for people to stderr. */
export function note(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}

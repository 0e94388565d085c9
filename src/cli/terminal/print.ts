import { wrap } from '../../views/text/wrap.js';
import { printableLines } from '../../wording/printable.js';

/** The terminal's width; undefined for a file, a pipe, and a terminal that does not know its own. */
export function terminalWidth(stream: NodeJS.WriteStream = process.stdout): number | undefined {
  return stream.isTTY && stream.columns > 0 ? stream.columns : undefined;
}

/** Writes a text to stdout, with a newline at its end; names in it cannot steer a terminal. */
export function print(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? printableLines(text) : text}\n`);
}

/** Writes a rendering whose texts cannot steer a terminal already, so that their colours stay. */
export function printPainted(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes lines for people to stderr. */
export function note(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}

/** Writes what the user should know before a sweep to stderr, wrapped at words on a terminal. */
export function noteWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) note(wrap(`note: ${warning}`, terminalWidth(process.stderr)));
}

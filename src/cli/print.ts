/** The terminal's width, or undefined where output goes to a file or a pipe. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

/** Writes a text to stdout, with a newline at its end. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

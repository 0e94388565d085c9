/** Goes to the start of the line, where the bar is, and clears it. */
export const CLEAR_LINE = '\r\u001b[K';
const SHOW_CURSOR = '\u001b[?25h';
const WRAP_LINES = '\u001b[?7h';

/** Puts a terminal right on which a process died that had drawn a bar. */
export function restoreTerminal(): void {
  if (process.stderr.isTTY) process.stderr.write(`${CLEAR_LINE}${SHOW_CURSOR}${WRAP_LINES}`);
}

/** Goes to the start of the line, where the bar is, and clears it. */
export const CLEAR_LINE = '\r\u001b[K';
const SHOW_CURSOR = '\u001b[?25h';
const WRAP_LINES = '\u001b[?7h';

/** Restores a terminal after a process died that had drawn a bar on it. */
export function restoreTerminal(): void {
  if (process.stderr.isTTY) process.stderr.write(`${CLEAR_LINE}${SHOW_CURSOR}${WRAP_LINES}`);
}

/** What a terminal shows in the end. */
export interface Screen {
  readonly text: string;
  readonly isCursorShown: boolean;
}

/** A control sequence with its parameters, another escape, or a character. */
const PIECE = /(?![\r\n])\p{Cc}(?:\[([?\d;]*[A-Za-z])|.)|./gsu;

/** Plays what a program wrote to a terminal: returns, new lines, columns, cleared lines, and whether the cursor is shown. */
export function screenOf(output: string, columns: number): Screen {
  const lines: string[] = [''];
  let column = 0;
  let isCursorShown = true;
  for (const [piece, sequence] of output.matchAll(PIECE)) {
    const line = lines.pop() ?? '';
    lines.push(line);
    if (sequence?.endsWith('K')) lines[lines.length - 1] = sequence === '2K' ? '' : line.slice(0, column);
    else if (sequence?.endsWith('G')) column = (Number.parseInt(sequence, 10) || 1) - 1;
    else if (sequence === '?25h' || sequence === '?25l') isCursorShown = sequence.endsWith('h');
    else if (piece === '\r') column = 0;
    else if (piece === '\n') lines.push('');
    else if (!piece.startsWith('\u001b')) {
      column = Math.min(column, columns - 1);
      lines[lines.length - 1] = line.slice(0, column).padEnd(column) + piece + line.slice(column + 1);
      column++;
    }
  }
  return { text: lines.join('\n'), isCursorShown };
}

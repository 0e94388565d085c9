/** Characters that steer a terminal, break a line or turn the direction of writing. */
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu;

/** Text on one line, safe for a terminal: control characters become visible. */
export function printable(text: string): string {
  return text.replace(STEERING, (character) => (character === '\n' || character === '\t' ? ' ' : '\u{fffd}'));
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

import { screenWidth } from './screen-width.js';

/** Lines of at most `width` columns of a terminal, broken at spaces; all but the first are indented. */
export function wrap(text: string, width = Number.POSITIVE_INFINITY, indent = '  '): string {
  // Where nothing is broken, the line would be measured again for each of its words.
  if (width === Number.POSITIVE_INFINITY) return text;
  const lines: string[] = [];
  const start = /^ */.exec(text)?.[0] ?? '';
  let line = start;
  for (const word of text.slice(start.length).split(' ')) {
    if (line.trim() !== '' && screenWidth(line) + 1 + screenWidth(word) > width) {
      lines.push(line);
      line = `${start}${indent}${word}`;
    } else {
      line = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}

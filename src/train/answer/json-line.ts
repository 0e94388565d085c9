const WORD = /"|-?Infinity|NaN/g;
const STRING_END = /["\\]/g;

/**
 * The JSON value of a line. Python writes NaN, Infinity and -Infinity, which JSON does not have: all three become numbers that
 * are not finite. Throws SyntaxError.
 */
export function parseJsonLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    const plain = withPlainNumbers(line);
    if (plain === line) throw error;
    return JSON.parse(plain);
  }
}

/** The line with numbers too large for float64 in place of the words; spaces keep each a token of its own. */
function withPlainNumbers(line: string): string {
  const parts: string[] = [];
  let copied = 0;
  WORD.lastIndex = 0;
  for (let word = WORD.exec(line); word !== null; word = WORD.exec(line)) {
    if (word[0] === '"') {
      WORD.lastIndex = stringEnd(line, WORD.lastIndex);
      continue;
    }
    parts.push(line.slice(copied, word.index), word[0].startsWith('-') ? ' -1e999 ' : ' 1e999 ');
    copied = WORD.lastIndex;
  }
  return parts.length === 0 ? line : parts.join('') + line.slice(copied);
}

/** Where the string ends whose content begins at `from`. */
function stringEnd(line: string, from: number): number {
  STRING_END.lastIndex = from;
  for (let end = STRING_END.exec(line); end !== null; end = STRING_END.exec(line)) {
    if (end[0] === '"') return STRING_END.lastIndex;
    STRING_END.lastIndex += 1;
  }
  return line.length;
}

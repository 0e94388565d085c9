/** What no shell changes; a backslash is part of a path on Windows alone. */
const PLAIN = process.platform === 'win32' ? /^[\w@%+=:,./\\-]+$/ : /^[\w@%+=:,./-]+$/;

/** A word, quoted if a shell would split or expand it. */
export function shellWord(word: string): string {
  if (PLAIN.test(word)) return word;
  return word.includes('"') && !word.includes("'") ? `'${word}'` : `"${word.replace(/["$`\\]/g, '\\$&')}"`;
}

import { UserError } from '../../../errors.js';
import { type Expansion, expansionOf, PLACEHOLDER, type WordValues } from './words.js';

/** How a shell reads the next character. `lost`: after syntax within which values cannot be quoted safely. */
type Context = 'plain' | 'double' | 'single' | 'comment' | 'lost';

interface Reading {
  context: Context;
  /** A backslash came before. */
  escaped: boolean;
  /** The character before. */
  last: string;
}

/** What may stand beside a word. */
const BOUNDARY = /[\s;|&()<>]/;

/** What stands between the braces of a variable, where it changes nothing about how the shell reads on. */
const VARIABLE = /^[^'"`$\\]*$/;

/** The words as one line for `sh -c`: they are the shell's to read, values are quoted so that it takes them as they are. */
export function shellLine(words: readonly string[], values: WordValues): string {
  const source = words.join(' ');
  const reading: Reading = { context: 'plain', escaped: false, last: ' ' };
  let line = '';
  let end = 0;
  const add = (text: string, isSyntax = true): void => {
    for (const character of isSyntax ? text : 'v') read(reading, character);
    line += text;
  };
  for (const match of source.matchAll(PLACEHOLDER)) {
    const [all, literal, name = ''] = match;
    add(source.slice(end, match.index));
    end = match.index + all.length;
    if (literal !== '') {
      add(`\${${name}}`, !VARIABLE.test(name));
      continue;
    }
    checkPlace(reading, name);
    const isWord = BOUNDARY.test(reading.last) && BOUNDARY.test(source[end] ?? ' ');
    line += quoted(expansionOf(name, values), { context: reading.context, isWord });
    reading.last = 'v';
  }
  return line + source.slice(end);
}

function read(reading: Reading, character: string): void {
  const { context, escaped } = reading;
  reading.escaped = !escaped && character === '\\' && (context === 'plain' || context === 'double');
  if (!escaped && !reading.escaped) reading.context = contextAfter(reading, character);
  reading.last = escaped ? 'v' : character;
}

function contextAfter({ context, last }: Reading, character: string): Context {
  switch (context) {
    case 'plain':
      if (character === "'") return last === '$' ? 'lost' : 'single';
      if (character === '"') return 'double';
      if (character === '#' && BOUNDARY.test(last)) return 'comment';
      return character === '`' || (character === '<' && last === '<') ? 'lost' : 'plain';
    case 'double':
      if (character === '"') return 'plain';
      return character === '`' || ('({'.includes(character) && last === '$') ? 'lost' : 'double';
    case 'single':
      return character === "'" ? 'plain' : 'single';
    case 'comment':
      return character === '\n' ? 'plain' : 'comment';
    default:
      return 'lost';
  }
}

function checkPlace({ context, escaped }: Reading, name: string): void {
  if (escaped) {
    throw new UserError(`the command has a backslash before \${${name}}`, {
      fix: `Write $\${${name}} for the text itself.`,
    });
  }
  if (context !== 'lost') return;
  throw new UserError(
    `\${${name}} of the command comes after shell syntax (\`, <<, $', or $( in quotes) within which it cannot be quoted safely`,
    { fix: `Set a variable first: NAME=\${${name}}; …` },
  );
}

function quoted(
  { values, isList }: Expansion,
  place: { readonly context: Context; readonly isWord: boolean },
): string {
  if (isList && place.isWord && place.context === 'plain') return values.map(inQuotes).join(' ');
  const value = values.join(' ');
  switch (place.context) {
    case 'comment':
      return '';
    case 'single':
      return withinQuotes(value);
    case 'double':
      return `"${inQuotes(value)}"`;
    default:
      return inQuotes(value);
  }
}

function inQuotes(value: string): string {
  return `'${withinQuotes(value)}'`;
}

function withinQuotes(value: string): string {
  return value.replaceAll("'", "'\\''");
}

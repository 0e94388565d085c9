import { UserError } from '../errors.js';

/** A piece of a `--where` expression. */
export interface Token {
  readonly kind: 'word' | 'string' | 'json' | 'operator' | 'punctuation' | 'end';
  /** The content of a string; otherwise the token as written. */
  readonly text: string;
  /** Column of its first character, from 1. */
  readonly at: number;
}

const OPTION = '--where';
const LONGEST_EXPRESSION = 20_000;
const WORD = /[^\s()=!<>≥≤≠,'"[\]{}]+/y;
const OPERATOR = /===|!==|=>|=<|=~|==|!=|<>|<=|>=|[=<>≥≤≠!]/y;
/** Operators of other languages, with ours. */
const FOREIGN_SIGNS: ReadonlyMap<string, string> = new Map([
  ['=>', '>='],
  ['=<', '<='],
  ['≥', '>='],
  ['≤', '<='],
  ['≠', '!='],
  ['===', '='],
  ['!==', '!='],
  ['=~', 'like'],
  ['&&', 'and'],
  ['&', 'and'],
  ['||', 'or'],
  ['|', 'or'],
  ['!', 'not'],
]);
const STRING = /'(?:[^']|'')*'|"(?:[^"]|"")*"/y;
const CONTEXT_CHARACTERS = 36;

/** A mistake at a column of the expression, shown as an excerpt with a caret below. */
export function mistake(expression: string, at: number, what: string, fix?: string): UserError {
  const start = Math.max(0, at - 1 - CONTEXT_CHARACTERS);
  const excerpt = expression.slice(start, at + CONTEXT_CHARACTERS).replace(/\s/g, ' ');
  const caret = `${' '.repeat(at - 1 - start)}^`;
  return new UserError(`${what}\n  ${excerpt}\n  ${caret}`, { where: `${OPTION}:${at}`, fix });
}

/** Splits an expression into tokens; the last one is the end. */
export function tokenize(expression: string): readonly Token[] {
  if (expression.length > LONGEST_EXPRESSION) {
    throw new UserError(`the condition has more than ${LONGEST_EXPRESSION} characters`, {
      where: OPTION,
      fix: 'Shorten it, or use --sql.',
    });
  }
  const tokens: Token[] = [];
  let position = /^\s*/.exec(expression)?.[0].length ?? 0;
  while (position < expression.length) {
    const { token, length } = tokenAt(expression, position);
    tokens.push(token);
    position += length;
    position += /^\s*/.exec(expression.slice(position))?.[0].length ?? 0;
  }
  return [...tokens, { kind: 'end', text: 'the end', at: expression.length + 1 }];
}

function tokenAt(expression: string, position: number): { readonly token: Token; readonly length: number } {
  const at = position + 1;
  const first = expression.charAt(position);
  const take = (kind: Token['kind'], text: string) => ({ token: { kind, text, at }, length: text.length });
  if ('(),'.includes(first)) return take('punctuation', first);
  if ('[{'.includes(first)) return take('json', jsonAt(expression, position));
  if ('\'"'.includes(first)) {
    const quoted = match(STRING, expression, position);
    if (quoted === '') throw mistake(expression, at, 'the quote is not closed');
    const text = quoted.slice(1, -1).replaceAll(first + first, first);
    return { token: { kind: 'string', text, at }, length: quoted.length };
  }
  const operator = match(OPERATOR, expression, position);
  const piece = operator === '' ? match(WORD, expression, position) : operator;
  const ours = FOREIGN_SIGNS.get(piece);
  if (ours !== undefined) throw mistake(expression, at, `"${piece}" is not an operator`, `Write "${ours}".`);
  if (piece !== '') return take(operator === '' ? 'word' : 'operator', piece);
  throw mistake(expression, at, `unexpected "${first}"`);
}

function match(pattern: RegExp, text: string, position: number): string {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0] ?? '';
}

/** The list or object that starts here, up to the bracket that closes it. */
function jsonAt(expression: string, position: number): string {
  let depth = 0;
  for (const piece of expression.slice(position).matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if ('[{'.includes(piece[0])) depth++;
    if (']}'.includes(piece[0])) depth--;
    if (depth === 0) return expression.slice(position, position + piece.index + 1);
  }
  throw mistake(expression, position + 1, 'the bracket is not closed');
}

import type { UserError } from '../errors.js';
import { didYouMean } from '../wording/did-you-mean.js';
import type { ColumnKind } from './column-kind.js';
import { mistake, type Token, tokenize } from './where-lexer.js';
import { columnValue, KIND_TEXTS } from './where-values.js';

/** A column that conditions compare. */
export interface WhereColumn {
  readonly column: string;
  readonly kind: ColumnKind;
}

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A parsed `--where` expression. */
export type Condition =
  | { readonly type: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly type: 'not'; readonly part: Condition }
  | {
      readonly type: 'compare';
      readonly column: string;
      readonly kind: ColumnKind;
      readonly operator: ComparisonOperator;
      readonly value: number | string;
    }
  | { readonly type: 'in'; readonly column: string; readonly values: readonly (number | string)[] }
  | { readonly type: 'like'; readonly column: string; readonly pattern: string }
  | { readonly type: 'null'; readonly column: string };

/**
 * Parses a condition on rows: `and`, `or`, `not`, parentheses; `column = value` with = == != <> < <= > >=, `in (…)`, `like`,
 * `is null`. Values are numbers, words, 'strings', "strings" and JSON lists or objects. Throws UserError with the place.
 */
export function parseWhere(expression: string, columns: readonly WhereColumn[]): Condition {
  return new WhereParser(expression, columns).parse();
}

const KEYWORDS = new Set(['and', 'or', 'not', 'in', 'like', 'is', 'null']);
/** SQLite refuses expressions deeper than 1,000. */
const DEEPEST = 100;
const MOST_TESTS = 500;

/** Recursive descent: any = all {or all}; all = term {and term}; term = not term | ( any ) | test. */
class WhereParser {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  readonly #columns: readonly WhereColumn[];
  #next = 0;
  #depth = 0;
  #tests = 0;

  constructor(expression: string, columns: readonly WhereColumn[]) {
    this.#expression = expression;
    this.#tokens = tokenize(expression);
    this.#columns = columns;
  }

  parse(): Condition {
    const condition = this.#any();
    if (this.#token.kind !== 'end') throw this.#expected('"and", "or" or the end');
    return condition;
  }

  #any(): Condition {
    return this.#chain('or', () => this.#chain('and', () => this.#term()));
  }

  #chain(word: 'and' | 'or', part: () => Condition): Condition {
    const first = part();
    const parts = [first];
    while (this.#accept(word)) parts.push(part());
    return parts.length === 1 ? first : { type: word, parts };
  }

  #term(): Condition {
    if (this.#accept('not')) return this.#nested(() => ({ type: 'not', part: this.#term() }));
    if (!this.#accept('(')) return this.#test();
    return this.#nested(() => {
      const condition = this.#any();
      this.#demand(')');
      return condition;
    });
  }

  #nested(parse: () => Condition): Condition {
    if (++this.#depth > DEEPEST) throw this.#fail(`the condition is nested more than ${DEEPEST} deep`);
    const condition = parse();
    this.#depth--;
    return condition;
  }

  #test(): Condition {
    if (++this.#tests > MOST_TESTS) throw this.#fail(`the condition has more than ${MOST_TESTS} comparisons`);
    const { column, kind } = this.#column();
    if (this.#accept('is')) {
      const negated = this.#accept('not');
      this.#demand('null');
      return negate(negated, { type: 'null', column });
    }
    const negated = this.#accept('not');
    if (this.#accept('in')) return negate(negated, { type: 'in', column, values: this.#values(kind) });
    if (this.#accept('like')) return negate(negated, { type: 'like', column, pattern: this.#pattern(kind) });
    if (negated) throw this.#expected('"in" or "like"');
    return this.#comparison(column, kind);
  }

  #comparison(column: string, kind: ColumnKind): Condition {
    if (this.#token.kind !== 'operator') {
      throw this.#expected('a comparison', 'Use = != < <= > >=, in (…), like or is null.');
    }
    const written = this.#take().text;
    const operator = (ALIASES[written] ?? written) as ComparisonOperator;
    const isOrdered = operator !== '=' && operator !== '!=';
    const { at } = this.#token;
    const value = this.#value(kind);
    if (
      isOrdered &&
      (kind === 'list' || kind === 'flag' || (kind === 'alpha' && typeof value === 'string'))
    ) {
      throw mistake(this.#expression, at, `${written} compares numbers`, 'Use =, !=, in or like.');
    }
    return { type: 'compare', column, kind, operator, value };
  }

  #column(): WhereColumn {
    const { kind, text } = this.#token;
    if (kind !== 'word' || KEYWORDS.has(text.toLowerCase())) throw this.#expected('a column name');
    const names = this.#columns.map((own) => own.column);
    // Parameters of programs may differ from other columns in capitals alone.
    const column =
      this.#columns[names.indexOf(text)] ??
      this.#columns.find((own) => own.column.toLowerCase() === text.toLowerCase());
    if (column === undefined) {
      throw this.#fail(
        `there is no column "${text}".${didYouMean(text, names)}`,
        `Columns are ${names.join(', ')}.`,
      );
    }
    this.#next++;
    return column;
  }

  #values(kind: ColumnKind): readonly (number | string)[] {
    this.#demand('(');
    const values = [this.#value(kind)];
    while (this.#accept(',')) values.push(this.#value(kind));
    this.#demand(')');
    return values;
  }

  #value(kind: ColumnKind): number | string {
    const { text } = this.#written();
    const value = columnValue(text, kind);
    if (value !== undefined) return value;
    this.#next--;
    throw this.#fail(`the column holds ${KIND_TEXTS[kind]}, not "${text}"`);
  }

  #pattern(kind: ColumnKind): string {
    if (kind === 'number') throw this.#fail('like compares text, and the column holds numbers');
    return this.#written().text;
  }

  #written(): Token {
    const { kind, text } = this.#token;
    const isKeyword = kind === 'word' && KEYWORDS.has(text.toLowerCase());
    if (isKeyword && text.toLowerCase() === 'null') throw this.#expected('a value', 'Write `is null`.');
    if (isKeyword || kind === 'operator' || kind === 'punctuation' || kind === 'end') {
      throw this.#expected('a value', isKeyword ? `Quote the word: '${text}'.` : undefined);
    }
    return this.#take();
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(): Token {
    const token = this.#token;
    this.#next++;
    return token;
  }

  #accept(text: string): boolean {
    const { kind, text: found } = this.#token;
    const isThere = (kind === 'word' || kind === 'punctuation') && found.toLowerCase() === text;
    if (isThere) this.#next++;
    return isThere;
  }

  #demand(text: string): void {
    if (!this.#accept(text)) throw this.#expected(`"${text}"`);
  }

  #expected(what: string, fix?: string): UserError {
    const { kind, text } = this.#token;
    return this.#fail(`expected ${what}, found ${kind === 'end' ? text : `"${text}"`}`, fix);
  }

  #fail(what: string, fix?: string): UserError {
    return mistake(this.#expression, this.#token.at, what, fix);
  }
}

const ALIASES: { readonly [written: string]: ComparisonOperator } = { '==': '=', '<>': '!=' };

function negate(negated: boolean, part: Condition): Condition {
  return negated ? { type: 'not', part } : part;
}

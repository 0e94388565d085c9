import type { CellSink, Cursor } from '../../data/columns/cell-sink.js';
import { notFinite } from '../../data/columns/column-problem.js';
import { type MissingWords, missingWords } from '../../data/columns/missing-words.js';
import { type Notation, PLAIN, readIn } from '../../data/columns/number-notation.js';
import { toFloat32Range } from '../../data/columns/read-number.js';
import { UserError } from '../../errors.js';
import type { TableReading } from '../../model/model.js';
import { labelKey, plainText } from '../../wording/class-names.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { GrowingCells } from './growing-cells.js';

/** Where the cells of a column come from, and how its missing values are written. */
interface CellSource {
  readonly column: string;
  readonly cursor: Cursor;
  readonly reading: TableReading;
}

/** Takes the cells of a column of new rows. Throws UserError, with the place, for what the column cannot hold. */
abstract class RowCells extends GrowingCells implements CellSink {
  constructor(protected readonly source: CellSource) {
    super();
  }

  abstract add(text: string): void;

  /** Of a typed file, as in training: dates are milliseconds. */
  addValue(value: unknown): void {
    if (value === null || value === undefined || Number.isNaN(value)) this.add('');
    else if (value instanceof Date) this.addValue(value.getTime());
    else if (typeof value === 'object') {
      throw this.mistake('the value is a list or a record, not a number or a text', 'Write one value.');
    } else this.add(String(value));
  }

  protected get place(): string {
    const { cursor, column } = this.source;
    return `${cursor.file}:${cursor.line}, column "${column}"`;
  }

  protected mistake(what: string, fix: string): UserError {
    return new UserError(what, { where: this.place, fix });
  }
}

/** Numbers; NaN is a missing value. */
export class NumberCells extends RowCells {
  readonly #words: MissingWords;

  constructor(
    source: CellSource,
    private readonly notation: Notation = PLAIN,
  ) {
    super(source);
    this.#words = missingWords(source.reading, 'inferred');
  }

  add(raw: string): void {
    const value = raw === '' ? Number.NaN : readIn(this.notation, this.notation === PLAIN ? raw : raw.trim());
    this.push(Number.isNaN(value) ? this.#missing(raw.trim()) : this.#number(value, raw));
  }

  override addValue(value: unknown): void {
    if (typeof value === 'number' && !Number.isNaN(value)) {
      this.push(this.#number(toFloat32Range(value), String(value)));
    } else if (typeof value === 'bigint') this.addValue(Number(value));
    else super.addValue(value);
  }

  #number(value: number, text: string): number {
    if (this.#words.numbers.has(value)) return Number.NaN;
    if (!Number.isFinite(value)) throw notFinite(text.trim(), this.place);
    return value;
  }

  #missing(text: string): number {
    const isMissing = this.#words.isMissing(text) || this.#words.isMissingAmongNumbers(text);
    if (isMissing || plainText(text) === '') return Number.NaN;
    throw this.mistake(
      `"${text}" is not a number, and the column had only numbers in training`,
      'Correct the value, or leave it empty to have it imputed.',
    );
  }
}

/** Only so many spellings of categories are remembered. */
const MOST_SPELLINGS = 10_000;

/** Codes of categories: places among `categories`, or −1 for a missing value and for any other text. */
export class CategoryCells extends RowCells {
  readonly #words: MissingWords;
  readonly #codeOf: ReadonlyMap<string, number>;
  readonly #spellings = new Map<string, number>();
  /** Cells with a text that no training row had. */
  unseen = 0;

  constructor(source: CellSource, categories: readonly string[]) {
    super(source);
    this.#words = missingWords(source.reading, 'categorical');
    this.#codeOf = new Map(categories.map((text, code) => [plainText(text), code]));
  }

  add(raw: string): void {
    const code = this.#spellings.get(raw) ?? this.#register(raw);
    if (code === UNSEEN) this.unseen++;
    this.push(Math.max(-1, code));
  }

  #register(raw: string): number {
    const text = raw.trim();
    const plain = plainText(text);
    const isMissing = plain === '' || this.#words.isMissing(text);
    const code = isMissing ? -1 : (this.#codeOf.get(plain) ?? UNSEEN);
    if (this.#spellings.size < MOST_SPELLINGS) this.#spellings.set(raw, code);
    return code;
  }
}

const UNSEEN = -2;

/** Class indices of true labels. */
export class LabelCells extends RowCells {
  readonly #classOf: ReadonlyMap<string, number>;

  constructor(
    source: CellSource,
    private readonly classNames: readonly string[],
  ) {
    super(source);
    this.#classOf = new Map(classNames.map((name, cls) => [labelKey(name), cls]));
  }

  add(raw: string): void {
    const cls = this.#classOf.get(labelKey(raw));
    if (cls !== undefined) {
      this.push(cls);
      return;
    }
    const text = plainText(raw);
    if (text === '') throw this.mistake('the label is missing', 'Fill it in, or remove the row.');
    throw this.mistake(
      `"${text}" is no class of the model.${didYouMean(text, this.classNames)}`,
      'Score only rows of its classes, or predict without --labels.',
    );
  }
}

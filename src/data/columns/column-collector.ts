import { UserError } from '../../errors.js';
import type { DataSpec } from '../../spec/data-spec.js';
import { labelKey, plainText } from '../../wording/class-names.js';
import type { ColumnRole } from '../prepare/column-roles.js';
import { MissingCells } from '../prepare/missing-cells.js';
import { CellChunks } from '../read/cell-chunks.js';
import type { CellSink, Cursor } from './cell-sink.js';
import type { CollectedColumn } from './collected-column.js';
import { type ColumnProblem, LARGEST_CATEGORIES, notFinite } from './column-problem.js';
import {
  type DecimalMark,
  type Notation,
  type NotationVerdict,
  notationOf,
  PLAIN,
  readIn,
  widened,
} from './number-notation.js';
import { readNumber, toFloat32Range } from './read-number.js';
import { mergeSpellings } from './spellings.js';

/** A category may have any spaces around it; only this many spellings are remembered. */
const MOST_SPELLINGS = 10_000;

interface Category {
  readonly text: string;
  readonly firstPlace: string;
}

/**
 * Gathers a column cell by cell without keeping the texts: as codes of a dictionary while the values are few, as numbers once
 * they are many.
 */
export class ColumnCollector implements CellSink {
  /** Set once the column can be neither numbers nor categories; its cells are ignored from then on. */
  problem: ColumnProblem | undefined;
  private readonly categories: Category[] = [];
  private readonly codeOf = new Map<string, number>();
  private readonly cells = new CellChunks();
  private readonly missing: MissingCells;
  /** Categories that are missing values if the column turns out to be numbers. */
  private doubtful = 0;
  private notation: Notation | undefined;
  private pointText: string | undefined;
  /** From the spec; it does not apply to numbers of typed files. */
  private decimal: DecimalMark | undefined;

  constructor(
    readonly name: string,
    readonly role: ColumnRole,
    private readonly cursor: Cursor,
    spec: Pick<DataSpec, 'missing' | 'missing_values' | 'decimal'>,
  ) {
    this.missing = new MissingCells(role, spec, () => this.place());
    this.decimal = spec.decimal;
  }

  /** Adds a cell of a text file. */
  add(text: string): void {
    if (this.problem !== undefined) return;
    const cell =
      this.notation === undefined
        ? (this.codeOf.get(text) ?? this.register(text))
        : this.numberOf(text, this.notation);
    if (cell !== undefined) this.cells.push(cell);
  }

  /** Adds a cell of a typed file. */
  addValue(value: unknown): void {
    if (typeof value === 'number' && this.notation === PLAIN && !Number.isNaN(value)) {
      const isMissing = this.missing.words.numbers.has(value);
      this.cells.push(
        isMissing ? this.missingNumber(String(value)) : this.finite(toFloat32Range(value), String(value)),
      );
    } else if (value === null || value === undefined || Number.isNaN(value)) this.add('');
    else if (value instanceof Date) this.addValue(value.getTime());
    else if (typeof value === 'object') {
      throw new UserError('the value is a list or a record, not a number or a text', {
        where: this.place(),
        fix: `Drop the column "${this.name}".`,
      });
    } else {
      if (typeof value !== 'string') this.decimal = undefined;
      this.add(String(value));
    }
  }

  /** The column, once every cell is in; it must have no problem. */
  finish(): CollectedColumn {
    const { name, role, missing: missingCells } = this;
    const verdict = this.notation === undefined && role === 'inferred' ? this.verdict() : {};
    if (verdict.notation !== undefined) this.becomeNumbers(verdict.notation);
    const { notation } = this;
    const missing = missingCells.rows;
    const facts = { role, notation, missingWords: missingCells.rowsOf, ambiguous: verdict.ambiguous };
    if (notation !== undefined) {
      const plain = { kind: 'numeric', name, missing, chunks: this.cells.finishNumbers() } as const;
      const column = notation === PLAIN ? plain : { ...plain, notation };
      return { ...facts, column, merged: new Map(), counts: new Int32Array(0), firstPlaces: [] };
    }
    const { categories, codes, merged } = mergeSpellings(
      this.categories.map(({ text }) => text),
      role === 'label' ? labelKey : plainText,
    );
    if (codes !== undefined) this.cells.recode(codes);
    const firstPlaces: string[] = [];
    this.categories.forEach(({ firstPlace }, code) => {
      firstPlaces[codes?.[code] ?? code] ??= firstPlace;
    });
    const counts = this.cells.count(categories.length);
    const column = {
      kind: 'categorical',
      name,
      missing,
      categories,
      chunks: this.cells.finishCodes(),
    } as const;
    return { ...facts, column, merged, counts, firstPlaces };
  }

  /** The code of a new text, or its number if there are too many categories. */
  private register(raw: string): number | undefined {
    const text = raw.trim();
    if (this.missing.words.isMissing(text) || plainText(text) === '') {
      this.missing.count(plainText(text) === '' ? '' : text);
      return -1;
    }
    let code = text === raw ? undefined : this.codeOf.get(text);
    if (code === undefined) {
      code = this.categories.length;
      this.categories.push({ text, firstPlace: this.place() });
      this.codeOf.set(text, code);
      if (this.missing.words.isMissingAmongNumbers(text)) this.doubtful++;
    }
    if (this.codeOf.size < MOST_SPELLINGS) this.codeOf.set(raw, code);
    if (this.categories.length - this.doubtful <= LARGEST_CATEGORIES[this.role]) return code;
    return this.outgrow(raw);
  }

  /** With too many different values for categories the column is numbers or nothing. */
  private outgrow(raw: string): number | undefined {
    if (this.role !== 'inferred') {
      const areNumbers = this.role === 'categorical' && this.verdict().notation !== undefined;
      this.problem = { column: this.name, role: this.role, areNumbers, place: this.place() };
      return undefined;
    }
    const verdict = this.verdict();
    if (verdict.notation === undefined) {
      this.fail(verdict);
      return undefined;
    }
    this.becomeNumbers(verdict.notation);
    return this.numberOf(raw, verdict.notation);
  }

  private fail({ ambiguous }: NotationVerdict): void {
    const isOdd = (text: string) => !this.missing.words.isMissingAmongNumbers(text);
    const odd =
      this.categories.find(({ text }) => text === ambiguous) ??
      this.categories.find(
        ({ text }) => isOdd(text) && notationOf([text], this.decimal).notation === undefined,
      ) ??
      this.categories.find(({ text }) => isOdd(text) && Number.isNaN(readNumber(text)));
    this.problem = {
      column: this.name,
      role: this.role,
      text: odd?.text ?? '',
      isAmbiguous: ambiguous !== undefined,
      place: odd?.firstPlace ?? this.place(),
    };
  }

  /** Undefined where the text is no number: the column then has a problem. */
  private numberOf(raw: string, notation: Notation): number | undefined {
    const value = raw === '' ? Number.NaN : readIn(notation, notation === PLAIN ? raw : raw.trim());
    if (!Number.isNaN(value)) {
      if (this.missing.words.numbers.has(value)) return this.missingNumber(raw.trim());
      if (this.pointText === undefined && raw.includes('.')) this.pointText = raw.trim();
      return this.finite(value, raw);
    }
    const text = raw.trim();
    if (this.missing.words.isMissing(text) || this.missing.words.isMissingAmongNumbers(text))
      return this.missingNumber(text);
    const before = [...this.numberTexts(), ...(this.pointText === undefined ? [] : [this.pointText])];
    const verdict = widened(notation, { before, text, forced: this.decimal });
    if (verdict.notation !== undefined) {
      this.notation = verdict.notation;
      return this.finite(readIn(verdict.notation, text), text);
    }
    const isAmbiguous = verdict.ambiguous !== undefined;
    this.problem = { column: this.name, role: this.role, text, isAmbiguous, place: this.place() };
    return undefined;
  }

  private missingNumber(text: string): number {
    this.missing.count(text);
    return Number.NaN;
  }

  private finite(value: number, text: string): number {
    if (Number.isFinite(value)) return value;
    throw notFinite(text.trim(), this.place());
  }

  private numberTexts(): string[] {
    return this.categories
      .map(({ text }) => text)
      .filter((text) => !this.missing.words.isMissingAmongNumbers(text));
  }

  private verdict(): NotationVerdict {
    const texts = this.numberTexts();
    return texts.length === 0 && this.categories.length > 0 ? {} : notationOf(texts, this.decimal);
  }

  /** Turns codes into the numbers that they stand for. */
  private becomeNumbers(notation: Notation): void {
    const counts = this.doubtful > 0 ? this.cells.count(this.categories.length) : undefined;
    const values = this.categories.map(({ text, firstPlace }, code) => {
      if (this.missing.words.isMissingAmongNumbers(text)) {
        this.missing.count(text, counts?.[code], firstPlace);
        return Number.NaN;
      }
      const value = readIn(notation, text);
      if (!Number.isFinite(value)) throw notFinite(text, firstPlace);
      return value;
    });
    this.cells.becomeNumbers((code) => values[code] ?? Number.NaN);
    this.notation = notation;
    this.codeOf.clear();
  }

  private place(): string {
    return `${this.cursor.file}:${this.cursor.line}, column "${this.name}"`;
  }
}

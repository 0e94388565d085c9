import { UserError } from '../errors.js';
import type { ColumnRole } from './column-roles.js';
import { isMissing, readNumber, toFloat32Range } from './read-number.js';
import { CHUNK_ROWS, type Column } from './table.js';

/** Where the reader is: every collector of a table looks at the same one. */
export interface Cursor {
  file: string;
  /** `line` of a text file, `row` of a Parquet file; from 1. */
  line: number;
}

/** More different values than these make no category. */
const LARGEST_CATEGORIES = { inferred: 100, categorical: 100, label: 1000, split: 100 } as const;

const FIRST_CHUNK_ROWS = 1024;
/** A category may be written with spaces around it in endless ways; only so many are remembered. */
const MOST_SPELLINGS = 10_000;

interface Category {
  readonly text: string;
  readonly value: number;
  readonly firstPlace: string;
}

/**
 * Gathers a column cell by cell without keeping the texts: as codes of a dictionary while the values are few, as numbers once
 * they are many.
 */
export class ColumnCollector {
  private readonly categories: Category[] = [];
  private readonly codeOf = new Map<string, number>();
  private readonly full: (Int32Array | Float32Array | Float64Array)[] = [];
  private open: Int32Array | Float64Array = new Int32Array(FIRST_CHUNK_ROWS);
  private filled = 0;
  private missing = 0;
  private numeric = false;

  constructor(
    readonly name: string,
    readonly role: ColumnRole,
    private readonly cursor: Cursor,
    private readonly refuseMissing: boolean,
  ) {}

  /** Adds a cell of a text file. */
  add(text: string): void {
    this.push(this.numeric ? this.numberOf(text) : (this.codeOf.get(text) ?? this.register(text)));
  }

  /** Adds a cell of a typed file. */
  addValue(value: unknown): void {
    if (typeof value === 'number' && this.numeric && !Number.isNaN(value)) {
      this.push(this.finite(toFloat32Range(value), String(value)));
    } else if (value === null || value === undefined) this.add('');
    else if (value instanceof Date) this.addValue(value.getTime());
    else if (typeof value === 'object') {
      throw this.error(
        'the value is a list or a record, not a number or a text',
        `Drop the column "${this.name}".`,
      );
    } else this.add(String(value));
  }

  /** The column, once every cell is in. */
  finish(): Column {
    const { name, missing } = this;
    if (!this.numeric && this.holdsNumbers()) this.becomeNumeric();
    if (this.filled > 0) this.closeChunk();
    if (this.numeric) {
      return { kind: 'numeric', name, missing, chunks: this.full as (Float32Array | Float64Array)[] };
    }
    const categories = this.categories.map(({ text }) => text);
    return { kind: 'categorical', name, missing, categories, chunks: this.full as Int32Array[] };
  }

  /** Where each category was met first, in the order of the codes. */
  firstPlaces(): string[] {
    return this.categories.map(({ firstPlace }) => firstPlace);
  }

  private push(cell: number): void {
    if (this.filled === this.open.length) this.makeRoom();
    this.open[this.filled++] = cell;
  }

  /** Columns begin small, so that very many of them take little memory in a short table. */
  private makeRoom(): void {
    if (this.filled === CHUNK_ROWS) {
      this.closeChunk();
      return;
    }
    const { open } = this;
    const rows = Math.min(CHUNK_ROWS, 4 * open.length);
    this.open = open instanceof Int32Array ? new Int32Array(rows) : new Float64Array(rows);
    this.open.set(open);
  }

  private closeChunk(): void {
    this.full.push(
      this.numeric ? compact(this.open.subarray(0, this.filled)) : this.open.slice(0, this.filled),
    );
    this.filled = 0;
  }

  /** The code of a text that is met for the first time. */
  private register(raw: string): number {
    const text = raw.trim();
    if (isMissing(text)) {
      this.countMissing();
      return -1;
    }
    let code = text === raw ? undefined : this.codeOf.get(text);
    if (code === undefined) {
      code = this.categories.length;
      this.categories.push({ text, value: readNumber(text), firstPlace: this.place() });
      this.codeOf.set(text, code);
    }
    if (this.codeOf.size < MOST_SPELLINGS) this.codeOf.set(raw, code);
    if (this.categories.length <= LARGEST_CATEGORIES[this.role]) return code;
    if (this.role !== 'inferred') throw this.tooManyCategories();
    this.becomeNumeric();
    return this.numberOf(raw);
  }

  private numberOf(raw: string): number {
    const value = raw === '' ? Number.NaN : readNumber(raw);
    if (!Number.isNaN(value)) return this.finite(value, raw);
    const text = raw.trim();
    if (!isMissing(text)) throw this.notANumber(text, this.place());
    this.countMissing();
    return value;
  }

  private finite(value: number, text: string): number {
    if (Number.isFinite(value)) return value;
    throw notFinite(text.trim(), this.place());
  }

  private countMissing(): void {
    this.missing++;
    if (this.role === 'inferred' || this.role === 'categorical') {
      if (!this.refuseMissing) return;
      throw this.error('a value is missing', 'Fill it in, drop the column, or set `missing: impute`.');
    }
    throw this.error(`the ${this.role} is missing`, 'Fill it in or remove the row.');
  }

  private holdsNumbers(): boolean {
    return this.role === 'inferred' && this.categories.every(({ value }) => !Number.isNaN(value));
  }

  /** Turns codes into the numbers that they stand for. */
  private becomeNumeric(): void {
    for (const { text, value, firstPlace } of this.categories) {
      if (Number.isNaN(value)) throw this.notANumber(text, firstPlace);
      if (!Number.isFinite(value)) throw notFinite(text, firstPlace);
    }
    const numbers = (codes: Int32Array) =>
      Float64Array.from(codes, (code) => this.categories[code]?.value ?? Number.NaN);
    for (let i = 0; i < this.full.length; i++) this.full[i] = compact(numbers(this.full[i] as Int32Array));
    this.open = numbers(this.open as Int32Array);
    this.numeric = true;
    this.codeOf.clear();
  }

  private notANumber(text: string, place: string): UserError {
    return new UserError(
      `"${text}" is not a number, and the column has too many different values (over ${LARGEST_CATEGORIES.inferred}) to be categories`,
      { where: place, fix: `Correct the value, or leave the column out: \`drop: [${this.name}]\`.` },
    );
  }

  private tooManyCategories(): UserError {
    const what = `the column has more than ${LARGEST_CATEGORIES[this.role]} different values`;
    return this.error(
      what,
      this.role === 'label'
        ? 'Check that `label:` names the class column.'
        : `Group the values, or leave the column out: \`drop: [${this.name}]\`.`,
    );
  }

  private error(what: string, fix: string): UserError {
    return new UserError(what, { where: this.place(), fix });
  }

  private place(): string {
    return `${this.cursor.file}:${this.cursor.line}, column "${this.name}"`;
  }
}

function notFinite(text: string, where: string): UserError {
  return new UserError(`"${text}" is infinite or beyond the range of float32`, {
    where,
    fix: 'Replace it by a number below 3.4e38, or leave it empty to have it imputed.',
  });
}

/** A copy in float32 where that loses nothing, which halves counts and flags. */
function compact(values: Float64Array | Int32Array): Float32Array | Float64Array {
  const lossless = values.every((value: number) => Number.isNaN(value) || Math.fround(value) === value);
  return lossless ? Float32Array.from(values) : Float64Array.from(values);
}

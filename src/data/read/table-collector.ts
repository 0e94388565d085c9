import { UserError } from '../../errors.js';
import type { DataSpec } from '../../spec/data-spec.js';
import { plainText } from '../../wording/class-names.js';
import { counted } from '../../wording/counted.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { withCommas } from '../../wording/numbers.js';
import { type CellSink, type Cursor, joinSinks } from '../columns/cell-sink.js';
import type { CollectedColumn } from '../columns/collected-column.js';
import { ColumnCollector } from '../columns/column-collector.js';
import { problemError } from '../columns/column-problem.js';
import { TimeCollector } from '../columns/time-collector.js';
import { type ColumnRole, columnRoles } from '../prepare/column-roles.js';
import { suspectHeader } from './header-check.js';
import { readRemarks } from './read-remarks.js';
import { rowGroups } from './row-groups.js';
import { type CategoricalColumn, flatCodes, PART, type Table } from './table.js';

/** Every column takes memory of its own before its first row. */
const MOST_COLUMNS = 20_000;

/** Words of a split column. */
const PART_WORDS: ReadonlyMap<string, number> = new Map([
  ['train', PART.train],
  ['training', PART.train],
  ['validation', PART.validation],
  ['valid', PART.validation],
  ['val', PART.validation],
  ['dev', PART.validation],
  ['test', PART.test],
  ['testing', PART.test],
]);

/** PART that a word of a split column stands for; undefined for any other word. */
export function partOfWord(word: string): number | undefined {
  return PART_WORDS.get(plainText(word).toLowerCase());
}

/** A file that is about to be read. */
export interface FileStart {
  readonly file: string;
  readonly header: readonly string[];
  /** PART of its rows. */
  readonly part: number;
  /** The header is assumed to be the first line of the file. */
  readonly isFirstLine?: boolean;
}

/** Takes the rows of files, by columns. */
export interface TableSink {
  /** The reader keeps it up to date. */
  readonly cursor: Cursor;
  /** Starts a file; one sink for each wanted column of its header, in place. */
  startFile(start: FileStart): readonly (CellSink | undefined)[];
  /** Says how many rows the current file gave. */
  endFile(rows: number): void;
  /** For a sink that does not keep its rows. */
  readonly settling?: Settling;
}

/** How a reader lets a sink use rows before the file is at its end. */
export interface Settling {
  /** Rows that the sink can hold: a Parquet file comes in pieces of so many at most. */
  readonly mostRows: number;
  /** Called every few hundred kilobytes of text, and after each piece; reading waits for it. */
  settle(): Promise<void>;
}

/** How many rows every file has, and which part they belong to. */
export class RowsOfFiles {
  private readonly files: { readonly part: number; rows: number }[] = [];

  start(part: number): void {
    this.files.push({ part, rows: 0 });
  }

  /** Throws UserError for a file without rows. */
  end(rows: number, { file }: Pick<Cursor, 'file'>): void {
    const current = this.files.at(-1);
    if (current !== undefined) current.rows = rows;
    if (rows === 0) throw noRows(file);
  }

  /** Of all files: their number, and PART of each. */
  rows(): { readonly rowCount: number; readonly parts: Uint8Array } {
    const rowCount = this.files.reduce((sum, { rows }) => sum + rows, 0);
    const parts = new Uint8Array(rowCount);
    let from = 0;
    for (const { part, rows } of this.files) {
      parts.fill(part, from, from + rows);
      from += rows;
    }
    return { rowCount, parts };
  }
}

/** Gathers the wanted columns of one or more files of the same header into a table. */
export class TableCollector implements TableSink {
  readonly cursor: Cursor = { file: '', line: 0 };
  private header: readonly string[] | undefined;
  private firstFile = '';
  private readonly collectors: ColumnCollector[] = [];
  private times: TimeCollector | undefined;
  private sinks: readonly (CellSink | undefined)[] = [];
  private readonly files = new RowsOfFiles();
  private readonly notes: string[] = [];
  private isHeaderInFile = false;

  constructor(private readonly spec: DataSpec) {}

  startFile({ file, part, ...start }: FileStart): readonly (CellSink | undefined)[] {
    this.cursor.file = file;
    this.cursor.line = 1;
    this.files.start(part);
    const header = this.nameColumns(start.header, file);
    if (this.header === undefined) {
      this.header = header;
      this.firstFile = file;
      this.isHeaderInFile = start.isFirstLine ?? false;
      this.sinks = columnRoles(this.spec, header, file).map((roles, at) =>
        joinSinks(roles.map((role) => this.sinkFor(header[at] as string, role))),
      );
    } else {
      requireSameHeader(this.header, header, { first: this.firstFile, file });
    }
    return this.sinks;
  }

  private sinkFor(name: string, role: ColumnRole): CellSink {
    if (role === 'time') {
      this.times = new TimeCollector(name, this.cursor);
      return this.times;
    }
    const collector = new ColumnCollector(name, role, this.cursor, this.spec);
    this.collectors.push(collector);
    return collector;
  }

  endFile(rows: number): void {
    this.files.end(rows, this.cursor);
  }

  finish(): Table {
    const { rowCount, parts } = this.files.rows();
    const problem = problemError(
      this.collectors.flatMap((one) => one.problem ?? []),
      this.spec,
    );
    if (problem !== undefined) throw problem;
    const collected = this.collectors.map((one) => one.finish());
    const groups = collected
      .filter(({ role }) => role === 'group')
      .map(({ column }) => column as CategoricalColumn);
    const label = collected.find(({ role }) => role === 'label')?.column as CategoricalColumn;
    const split = collected.find(({ role }) => role === 'split');
    if (split !== undefined) readParts(split, parts);
    const remarks = readRemarks(collected, this.spec);
    const header = this.isHeaderInFile ? suspectHeader(collected, `${this.firstFile}:1`) : [];
    return {
      rowCount,
      columns: collected
        .filter(({ role }) => role === 'inferred' || role === 'categorical')
        .map(({ column }) => column),
      labelName: label.name,
      classNames: label.categories,
      labels: flatCodes(label),
      parts,
      groups: groups.length === 0 ? undefined : rowGroups(groups),
      times: this.times?.finish(),
      notes: [...this.notes, ...remarks.notes],
      warnings: [...header, ...remarks.warnings],
    };
  }

  private nameColumns(raw: readonly string[], file: string): string[] {
    const names = columnNames(raw, file);
    raw.forEach((name, at) => {
      if (name.trim() === '' && this.header === undefined) {
        this.notes.push(`Column ${at + 1} has no name and is called column_${at + 1}.`);
      }
    });
    const seen = new Set<string>();
    const twice = names.find((name) => seen.size === seen.add(name).size);
    if (twice === undefined) return names;
    throw new UserError(`two columns are called "${twice}"`, {
      where: `${file}:1`,
      fix: 'Rename one of them. If the first line is data, set `header: false`, or name the columns with `names: […]`.',
    });
  }
}

/** The error for a file that has names of columns and nothing else. */
export function noRows(file: string, fix = 'Export it again, or leave it out.'): UserError {
  return new UserError('the file has a header but no rows', { where: file, fix });
}

/** The names of the columns of a header, those without one by their place. Refuses very many. */
export function columnNames(raw: readonly string[], file: string): string[] {
  if (raw.length > MOST_COLUMNS) {
    throw new UserError(
      `the table has ${withCommas(raw.length)} columns; at most ${withCommas(MOST_COLUMNS)} are read`,
      { where: `${file}:1`, fix: 'Check the separator (`delimiter:`), or select columns first.' },
    );
  }
  return raw.map((name, at) => name.trim() || `column_${at + 1}`);
}

/** Refuses a file whose header is not that of the first one. */
export function requireSameHeader(
  expected: readonly string[],
  header: readonly string[],
  files: { first: string; file: string },
): void {
  const at = expected.findIndex((name, index) => header[index] !== name);
  if (at < 0 && header.length === expected.length) return;
  const what =
    at < 0
      ? `${counted(header.length, 'column')} where ${files.first} has ${expected.length}`
      : `column ${at + 1} is ${header[at] === undefined ? 'missing' : `"${header[at]}"`} where ${files.first} has "${expected[at]}"`;
  throw new UserError(what, { where: `${files.file}:1`, fix: 'All files of a source need the same header.' });
}

/** Reads a split column's words into the parts of the rows. */
function readParts({ column, firstPlaces }: CollectedColumn, parts: Uint8Array): void {
  const words = column.kind === 'categorical' ? column.categories : [];
  const partOf = words.map((word, code) => {
    const part = partOfWord(word);
    if (part !== undefined) return part;
    throw new UserError(`"${word}" is not a split.${didYouMean(word, [...PART_WORDS.keys()])}`, {
      where: firstPlaces[code],
      fix: 'The split column holds `train`, `validation` or `test`.',
    });
  });
  flatCodes(column as CategoricalColumn).forEach((code, row) => {
    parts[row] = partOf[code] as number;
  });
}

import { Readable, pipeline as startPipeline } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { UserError } from '../../errors.js';
import type { DataSpec } from '../../spec/data-spec.js';
import { counted } from '../../wording/counted.js';
import type { CellSink } from '../columns/cell-sink.js';
import { refuseNumbersOnly } from './header-check.js';
import { readStream, type SourceFile, unreadable } from './source-files.js';
import type { TableSink } from './table-collector.js';
import { checkedText } from './text/checked-text.js';
import { type AcceptRecord, lineCounter, RecordSplitter } from './text/split-records.js';

/** A quote that is never closed would otherwise swallow the whole file. */
const LONGEST_RECORD_BYTES = 16 * 2 ** 20;
const LINE_ENDS = ['\r\n', '\n', '\r'];
const SEPARATORS = [',', '\t', ';', '|'];

/** How text files are laid out. */
export interface TextLayout extends Pick<DataSpec, 'delimiter' | 'names' | 'header'> {
  /** The one of `names` that a file may be without, which then has a column less. */
  readonly optionalName?: string | undefined;
}

/** Streams a delimited text file, gzipped or not, into the collector. */
export async function readCsv(file: SourceFile, spec: TextLayout, table: TableSink): Promise<void> {
  const raw = await readStream(file);
  const bytes = file.format === 'gzip' ? unzipped(raw, file.shownAs) : raw;
  const text = checkedText(bytes, file.shownAs);
  const first = await text.next().catch((error: unknown) => {
    throw explain(error, file.shownAs, 0);
  });
  if (first.done) throw emptyFile(file.shownAs);
  const records = createRecordReader(file, spec, table);
  const options = {
    delimiter: spec.delimiter ?? inferDelimiter(file.path, first.value),
    record_delimiter: LINE_ENDS,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD_BYTES,
  };
  try {
    const pieces = join(first.value, text, table);
    if (table.settling === undefined) await parsePieces(pieces, options, records.accept);
    else await splitPieces(pieces, options, records.accept);
  } catch (error) {
    throw explain(error, file.shownAs, table.cursor.line);
  }
  records.end();
}

type ParserOptions = ConstructorParameters<typeof RecordSplitter>[0];

async function parsePieces(
  pieces: AsyncIterable<Buffer>,
  options: ParserOptions,
  accept: AcceptRecord,
): Promise<void> {
  const line = lineCounter();
  const parser = parse({
    ...options,
    on_record: (cells: string[], info) => {
      accept(cells, line(cells, info));
      return null;
    },
  });
  parser.resume();
  await pipeline(Readable.from(pieces, { objectMode: false }), parser);
}

async function splitPieces(
  pieces: AsyncIterable<Buffer>,
  options: ParserOptions,
  accept: AcceptRecord,
): Promise<void> {
  const splitter = new RecordSplitter(options, accept);
  for await (const piece of pieces) splitter.add(piece);
  splitter.end();
}

/** Errors on either side of the pipeline come out of the stream that is read. */
async function* unzipped(raw: Readable, file: string): AsyncGenerator<Buffer> {
  try {
    yield* startPipeline(raw, createGunzip(), () => {});
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_')) throw error;
    throw new UserError(`the gzip file is damaged or cut short (${message})`, {
      where: file,
      fix: 'Copy or compress it again.',
    });
  }
}

async function* join(
  first: Buffer,
  rest: AsyncIterable<Buffer>,
  { settling }: TableSink,
): AsyncGenerator<Buffer> {
  yield first;
  for await (const text of rest) {
    await settling?.settle();
    yield text;
  }
}

interface RecordReader {
  readonly accept: AcceptRecord;
  readonly end: () => void;
}

function createRecordReader(file: SourceFile, spec: TextLayout, table: TableSink): RecordReader {
  const { cursor } = table;
  let rows = 0;
  let width = -1;
  let collectors: readonly (CellSink | undefined)[] = [];
  return {
    accept(cells, line) {
      cursor.line = line;
      if (width < 0) {
        const { header, isRow, isFirstLine } = firstLine(cells, spec, `${file.shownAs}:${cursor.line}`);
        width = header.length;
        collectors = table.startFile({ file: file.shownAs, part: file.part, header, isFirstLine });
        if (!isRow) return;
      }
      if (isBlank(cells) && width > 1) return;
      if (cells.length !== width) throw ragged(cells.length, width, `${file.shownAs}:${cursor.line}`);
      for (let i = 0; i < width; i++) collectors[i]?.add(cells[i] as string);
      rows++;
    },
    end: () => {
      if (width < 0) throw emptyFile(file.shownAs);
      table.endFile(rows);
    },
  };
}

interface FirstLine {
  readonly header: readonly string[];
  /** The line is a row of the table. */
  readonly isRow: boolean;
  /** The header is this line, although the spec does not say so. */
  readonly isFirstLine: boolean;
}

/** The names of the columns, by the spec or the first line. */
function firstLine(cells: readonly string[], spec: TextLayout, where: string): FirstLine {
  const { names: all, header: hasHeader, optionalName } = spec;
  const isWithout = optionalName !== undefined && all?.length === cells.length + 1;
  const names = isWithout ? all.filter((name) => name !== optionalName) : all;
  const isRow = hasHeader === false || (hasHeader === undefined && names !== undefined);
  if (names !== undefined) {
    if (isRow && names.length === cells.length && names.every((name, at) => name === cells[at]?.trim())) {
      throw new UserError('the first line has the names of `names:`, so it is a header, not data', {
        where,
        fix: 'Remove `names:` from the spec, or set `header: true`.',
      });
    }
    return { header: names, isRow, isFirstLine: false };
  }
  if (isRow) return { header: cells.map((_cell, at) => `column_${at + 1}`), isRow, isFirstLine: false };
  if (hasHeader === undefined) refuseNumbersOnly(cells, where);
  return { header: cells, isRow, isFirstLine: hasHeader === undefined };
}

function emptyFile(where: string): UserError {
  return new UserError('the file is empty', { where, fix: 'Export it again.' });
}

/** From the extension, else the most frequent separator of the first line; beside another separator, commas in numbers are decimal. */
function inferDelimiter(path: string, start: Buffer): string {
  if (/\.tsv(\.gz)?$/i.test(path)) return '\t';
  const line = (start.toString('utf8').split(/\r\n|\n|\r/, 1)[0] as string).replaceAll(/"[^"]*"/g, '');
  const fields = /[;\t|]/.test(line) ? line.replaceAll(/(?<=\d),(?=\d)/g, '') : line;
  const counts = SEPARATORS.map((separator) => fields.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] as string;
}

/** A line of spaces is as empty as one without any, but in a table of one column, where it is a missing value. */
function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0]?.trim() === '';
}

function ragged(found: number, expected: number, where: string): UserError {
  const fix =
    found === 1
      ? 'Check the separator (`delimiter:`).'
      : 'Correct the line; a text with a separator in it needs quotes.';
  return new UserError(`${counted(found, 'field')} where there should be ${expected}`, { where, fix });
}

/** Our own message for an error of the parser. */
function explain(error: unknown, file: string, lastLine: number): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const where = `${file}:${lastLine + 1}`;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE') {
    return new UserError('a quote is opened and not closed', { where, fix: 'Close it, or double it: `""`.' });
  }
  if (!(error instanceof CsvError)) return unreadable(error, file);
  return new UserError('a quote is not allowed here', {
    where,
    fix: 'Quote the whole field and double the quotes inside it.',
  });
}

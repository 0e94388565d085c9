import { type InfoRecord, type Options, parse } from 'csv-parse/sync';
import { countLineEnds } from './checked-text.js';

/** Takes the cells of a record and the line that it ends in. */
export type AcceptRecord = (cells: string[], line: number) => void;

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Splits pieces of whole lines into records. A piece without quotes needs no parser, which takes most of the time of a large file;
 * others go to it as soon as their quotes are closed. Cells may share the memory of their line: a sink that keeps texts copies them.
 */
export class RecordSplitter {
  #line = 1;
  #open: Buffer[] = [];
  #quotes = 0;

  constructor(
    private readonly options: Options & { readonly delimiter: string; readonly max_record_size: number },
    private readonly accept: AcceptRecord,
  ) {}

  add(piece: Buffer): void {
    const quotes = countQuotes(piece);
    if (this.#open.length === 0 && quotes === 0) {
      this.#splitPlain(piece);
      return;
    }
    this.#open.push(piece);
    this.#quotes += quotes;
    const bytes = this.#open.reduce((sum, { length }) => sum + length, 0);
    if (this.#quotes % 2 === 0 || bytes > this.options.max_record_size) this.end();
  }

  /** Splits what waits for a closing quote. */
  end(): void {
    const text = Buffer.concat(this.#open);
    this.#open = [];
    this.#quotes = 0;
    const line = lineCounter();
    const before = this.#line - 1;
    parse(text, {
      ...this.options,
      on_record: (cells: string[], info) => {
        this.accept(cells, before + line(cells, info));
        return null;
      },
    });
    this.#line += countLineEnds(text);
  }

  #splitPlain(piece: Buffer): void {
    const { delimiter } = this.options;
    for (let from = 0; from < piece.length; ) {
      const end = lineEnd(piece, from);
      if (end > from) this.accept(piece.toString('utf8', from, end).split(delimiter), this.#line);
      from = end + (piece[end] === CARRIAGE_RETURN && piece[end + 1] === LINE_FEED ? 2 : 1);
      this.#line++;
    }
  }
}

/** Where the first CR or LF is, or the end. */
function lineEnd(piece: Buffer, from: number): number {
  const feed = piece.indexOf(LINE_FEED, from);
  const end = feed < 0 ? piece.length : feed;
  // A CR that stands alone is seldom; most lines have none.
  const carriage = piece.subarray(from, end).indexOf(CARRIAGE_RETURN);
  return carriage < 0 ? end : from + carriage;
}

function countQuotes(piece: Buffer): number {
  let quotes = 0;
  for (let at = piece.indexOf(QUOTE); at >= 0; at = piece.indexOf(QUOTE, at + 1)) quotes++;
  return quotes;
}

/** The line that a record ends in. The parser counts a CRLF inside quotes as two lines. */
export function lineCounter(): (cells: readonly string[], info: InfoRecord) => number {
  let last = 0;
  let doubles = 0;
  return (cells, { lines }) => {
    if (lines > last + 1) for (const cell of cells) doubles += cell.split('\r\n').length - 1;
    last = lines;
    return lines - doubles;
  };
}

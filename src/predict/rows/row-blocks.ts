import type { CellSink } from '../../data/columns/cell-sink.js';
import type { FileStart, Settling, TableSink } from '../../data/read/table-collector.js';
import { columnNames } from '../../data/read/table-collector.js';
import { UserError } from '../../errors.js';
import { counted } from '../../wording/counted.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { GrowingCells } from './growing-cells.js';
import { LabelCells } from './row-cells.js';

/** Rows that wait in the cells, from `from` on. */
export interface RawRows {
  readonly from: number;
  readonly rows: number;
}

/** Cells of a row are 8 bytes each: pieces of Parquet files are at most 16 MB. */
const MOST_CELLS = 2 ** 21;

/** Hands rows of files over in blocks of equal size, whatever pieces they are read in; memory holds a few blocks. */
export class RowBlocks implements TableSink {
  readonly cursor = { file: '', line: 0 };
  /** The files so far. */
  readonly files: string[] = [];
  /** By row, the index of its file, and its line there. */
  readonly #fileOf = new GrowingCells();
  readonly #lines = new GrowingCells();

  constructor(
    private readonly cells: ReadonlyMap<string, GrowingCells & CellSink>,
    private readonly blockRows: number,
    private readonly use: (block: RawRows) => Promise<void>,
  ) {}

  get settling(): Settling {
    const mostRows = Math.max(this.blockRows, Math.floor(MOST_CELLS / (this.cells.size + 2)));
    return { mostRows, settle: () => this.#settle() };
  }

  startFile({ file, header }: FileStart): readonly (CellSink | undefined)[] {
    this.cursor.file = file;
    this.cursor.line = 1;
    this.files.push(file);
    const names = columnNames(header, file);
    this.#requireColumns(names, file);
    const sinks = names.map((name) => this.cells.get(name));
    const first = sinks.findIndex((sink) => sink !== undefined);
    return sinks.map((sink, at) => (at === first && sink !== undefined ? this.#counting(sink) : sink));
  }

  endFile(): void {}

  /** Hands over what is left. */
  async finish(): Promise<void> {
    await this.#settle();
    const rows = this.#lines.count;
    if (rows > 0) await this.use({ from: 0, rows });
  }

  /** `new.csv:7` of a row that waits. */
  placeOf(row: number): string {
    return `${this.fileOf(row)}:${this.#lines.values[row]}`;
  }

  fileOf(row: number): string {
    return this.files[this.#fileOf.values[row] as number] as string;
  }

  async #settle(): Promise<void> {
    let from = 0;
    for (; this.#lines.count - from >= this.blockRows; from += this.blockRows) {
      await this.use({ from, rows: this.blockRows });
    }
    if (from === 0) return;
    for (const own of [...this.cells.values(), this.#lines, this.#fileOf]) own.drop(from);
  }

  /** The first wanted column of a row says that there is one. */
  #counting(sink: CellSink): CellSink {
    const count = (): void => {
      this.#lines.push(this.cursor.line);
      this.#fileOf.push(this.files.length - 1);
    };
    return {
      add: (text) => {
        count();
        sink.add(text);
      },
      addValue: (value) => {
        count();
        sink.addValue(value);
      },
    };
  }

  #requireColumns(names: readonly string[], file: string): void {
    const known = new Set(names);
    const missing = [...this.cells.keys()].filter((name) => !known.has(name));
    const [first, ...others] = missing;
    if (first !== undefined) {
      const more = others.length > 0 ? ` (and ${counted(others.length, 'more column')})` : '';
      throw new UserError(`the file has no column "${first}"${more}.${didYouMean(first, names)}`, {
        where: `${file}:1`,
        fix:
          this.cells.get(first) instanceof LabelCells
            ? 'Give --labels the column that has the true classes, or leave it out to predict without scores.'
            : 'The model needs every column that it was trained on; their order is free, and others are left out.',
      });
    }
    const seen = new Set<string>();
    const twice = names.find((name) => this.cells.has(name) && seen.size === seen.add(name).size);
    if (twice === undefined) return;
    throw new UserError(`two columns are called "${twice}"`, {
      where: `${file}:1`,
      fix: 'Rename or remove one of them.',
    });
  }
}

import { writeSync } from 'node:fs';
import type { RowCell, RowColumn } from '../data/files/row-parquet.js';
import { UnfinishedFile } from '../data/files/unfinished-file.js';

/** The formats of files of rows. */
export type TableFormat = 'csv' | 'parquet';

/** A file of rows that grows; it has its name only when it is whole. */
export interface TableFile {
  write(row: readonly RowCell[]): Promise<void>;
  /** Writes what is left, and gives the file its name. */
  finish(): Promise<void>;
  /** Removes what was written, unless the file is whole. */
  abandon(): void;
}

/** Cells that wait in memory until they are written. */
const MOST_CELLS = 2 ** 19;

/** Creates a file of rows; what was there under its name is replaced when the new one is whole. */
export async function createTableFile(
  path: string,
  format: TableFormat,
  columns: readonly RowColumn[],
): Promise<TableFile> {
  const file = new UnfinishedFile(path);
  const rows =
    format === 'csv' ? csvRows(file.descriptor, columns) : await parquetFile(file.descriptor, columns);
  const most = Math.max(1, Math.floor(MOST_CELLS / columns.length));
  let waiting: (readonly RowCell[])[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await rows.write(waiting);
    waiting = [];
  };
  return {
    write: async (row) => {
      waiting.push(row);
      if (waiting.length >= most) await flush();
    },
    finish: async () => {
      await flush();
      await rows.finish();
      file.finish();
    },
    abandon: () => file.abandon(),
  };
}

async function parquetFile(file: number, columns: readonly RowColumn[]) {
  const { parquetRows } = await import('../data/files/row-parquet.js');
  return parquetRows(file, columns);
}

function csvRows(file: number, columns: readonly RowColumn[]) {
  const append = (rows: readonly (readonly RowCell[])[]) => {
    const bytes = Buffer.from(rows.map((row) => `${row.map(csvField).join(',')}\n`).join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  };
  append([columns.map(({ name }) => name)]);
  return {
    write: async (rows: readonly (readonly RowCell[])[]) => append(rows),
    finish: async () => {},
  };
}

/** RFC 4180, and numbers as the shortest text that reads back as the same bits. Texts stay as they are: programs join by them. */
function csvField(cell: RowCell): string {
  if (cell === null || Number.isNaN(cell)) return '';
  if (typeof cell === 'number') return String(cell);
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { SourceFile } from '../../../data/read/source-files.js';
import { UserError } from '../../../errors.js';
import { quoted, wrongAnswer } from '../wrong-answer.js';
import { readNpy } from './npy.js';
import { type CsvCells, csvTable, readCsvCells, readParquetTable } from './table-files.js';
import { inlineTable, type ValueTable } from './values.js';

const LARGEST_FILE_BYTES = 2 ** 31 - 1;

/** Values of a split, inline or from a file. */
export interface GivenValues {
  /** The key of the answer, and the file if there is one. */
  readonly where: string;
  /** The values; `isHeader` is asked about the lines of a CSV file, by column. */
  table(isHeader: (columns: readonly (readonly string[])[]) => boolean): ValueTable;
}

/** Reads the values under a key of the answer: a list, or the path of a file, which starts at `folder`. */
export async function readGiven(given: unknown, key: string, folder: string): Promise<GivenValues> {
  if (typeof given !== 'string') {
    const table = inlineTable(given, key);
    return { where: key, table: () => table };
  }
  const where = `${key}, ${quoted(given)}`;
  const file = await regularFile(given, where, folder);
  const read = await readTable(file, given, where).catch((error: unknown) => {
    throw explained(error, where);
  });
  if (!isCells(read)) return { where, table: () => read };
  return { where, table: (isHeader) => csvTable(read, isHeader(read.columns), where) };
}

/** Whether a file of cells has a header, if it has this many rows. */
export function headerBesideRows(rows: number) {
  return (columns: readonly (readonly string[])[]): boolean => columns[0]?.length === rows + 1;
}

async function regularFile(given: string, where: string, folder: string): Promise<string> {
  const path = resolve(folder, given);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? wrongAnswer(where, 'there is no such file', `Relative paths start at ${folder}.`)
      : explained(error, where);
  });
  if (!found.isFile()) throw wrongAnswer(where, 'this is not a regular file');
  if (found.size > LARGEST_FILE_BYTES) throw wrongAnswer(where, 'the file has more than 2 GiB');
  return path;
}

async function readTable(path: string, given: string, where: string): Promise<ValueTable | CsvCells> {
  const file = { path, shownAs: given, part: 0 } satisfies Omit<SourceFile, 'format'>;
  const extension = extname(given).toLowerCase();
  if (extension === '.npy') return readNpy(await readFile(path), where);
  if (extension === '.parquet') return readParquetTable({ ...file, format: 'parquet' }, where);
  if (extension === '.csv' || extension === '.tsv') return readCsvCells({ ...file, format: 'text' });
  throw wrongAnswer(
    where,
    'this is not the path of a .npy, .csv or .parquet file',
    'Give a list of values, or the path of such a file.',
  );
}

function isCells(read: ValueTable | CsvCells): read is CsvCells {
  return !('values' in read);
}

/** Our own message for whatever keeps a file from being read. */
function explained(error: unknown, where: string): UserError {
  if (error instanceof UserError) {
    if (error.message.startsWith(where)) return error;
    const place = error.where === undefined ? '' : ` (${error.where})`;
    return wrongAnswer(where, `${error.message}${place}`, error.fix);
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return new UserError(`${where}: the file cannot be read (${code ?? message})`, { cause: error });
}

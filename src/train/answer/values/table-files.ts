import { readCsv } from '../../../data/read/read-csv.js';
import type { SourceFile } from '../../../data/read/source-files.js';
import type { TableSink } from '../../../data/read/table-collector.js';
import { counted } from '../../../wording/counted.js';
import { quoted, wrongAnswer } from '../wrong-answer.js';
import { columnValues, isNumberText, type Values, type ValueTable } from './values.js';

/** The lines of a CSV file, not yet known to have a header. */
export interface CsvCells {
  /** By column. */
  readonly columns: readonly (readonly string[])[];
}

/** The cells of a CSV file. */
export async function readCsvCells(file: SourceFile): Promise<CsvCells> {
  const { columns, sink } = gathered<string>();
  const delimiter = /\.tsv(\.gz)?$/i.test(file.path) ? '\t' : ',';
  await readCsv(file, { delimiter, header: false }, sink);
  return { columns };
}

/** The table of a CSV file, once it is known whether its first line is a header. */
export function csvTable({ columns }: CsvCells, hasHeader: boolean, where: string): ValueTable {
  const cells = columns.map((column) => (hasHeader ? column.slice(1) : column));
  const names = hasHeader ? columns.map((column) => column[0] as string) : undefined;
  return tableOf(
    cells.map((column) => columnValues(column.every(isNumberText) ? column.map(Number) : column, where)),
    names,
    where,
  );
}

/** The table of a Parquet file. */
export async function readParquetTable(file: SourceFile, where: string): Promise<ValueTable> {
  const { columns, names, sink } = gathered<unknown>();
  const { readParquet } = await import('../../../data/read/read-parquet.js');
  await readParquet(file, sink);
  return tableOf(
    columns.map((column) => columnValues(column, where)),
    names,
    where,
  );
}

/** A sink that keeps every cell. */
function gathered<Cell>(): { columns: Cell[][]; names: string[]; sink: TableSink } {
  const columns: Cell[][] = [];
  const names: string[] = [];
  const sink: TableSink = {
    cursor: { file: '', line: 0 },
    startFile({ header }) {
      names.push(...header);
      columns.push(...header.map(() => []));
      return columns.map((column) => ({
        add: (text) => column.push(text as Cell),
        addValue: (value) => column.push(value as Cell),
      }));
    },
    endFile() {},
  };
  return { columns, names, sink };
}

/** Columns of numbers become one matrix; texts and booleans come alone. */
function tableOf(
  columns: readonly Values[],
  names: readonly string[] | undefined,
  where: string,
): ValueTable {
  const rows = columns[0]?.values.length ?? 0;
  if (columns.length === 1) return { rows, columns: 1, names, values: columns[0] as Values };
  const values = new Float64Array(rows * columns.length);
  for (const [at, column] of columns.entries()) {
    if (column.type !== 'numbers') {
      const row = column.type === 'texts' ? column.values.findIndex((text) => !isNumberText(text)) : 0;
      const found = column.type === 'texts' ? quoted(column.values[row]) : column.type;
      throw wrongAnswer(
        where,
        `the file has ${counted(columns.length, 'column')}, and row ${row + 1} of column ${at + 1} has ${found}, not a number`,
        'Classes are one column, without an index (`index=False`); probabilities and logits are one column per class.',
      );
    }
    for (let row = 0; row < rows; row++) values[row * columns.length + at] = column.values[row] as number;
  }
  return { rows, columns: columns.length, names, values: { type: 'numbers', values } };
}

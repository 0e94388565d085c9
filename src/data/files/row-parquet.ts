import { type ColumnSource, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { FileWriter } from './file-writer.js';

/** A column of a file of rows. */
export interface RowColumn {
  readonly name: string;
  /** `whole` numbers are INT64, `real` ones DOUBLE, texts STRING; every column may be empty. */
  readonly type: 'text' | 'whole' | 'real';
}

/** The value of a row in a column. */
export type RowCell = string | number | null;

/** A Parquet file that gets its rows in groups. */
export interface ParquetRows {
  write(rows: readonly (readonly RowCell[])[]): Promise<void>;
  finish(): Promise<void>;
}

/** Writes rows to an open file; what is missing is null. */
export function parquetRows(file: number, columns: readonly RowColumn[]): ParquetRows {
  const writer = new ParquetWriter({
    writer: new FileWriter(file),
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(schemaElement)],
    createdBy: 'focalsweep',
  });
  return {
    write: async (rows) => {
      const columnData = columns.map((column, at) => columnSource(column, rows, at));
      await writer.write({ columnData, rowGroupSize: rows.length });
    },
    finish: async () => {
      await writer.finish();
    },
  };
}

function schemaElement({ name, type }: RowColumn): SchemaElement {
  const repetition_type = 'OPTIONAL';
  if (type === 'text') return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type };
  return { name, type: type === 'whole' ? 'INT64' : 'DOUBLE', repetition_type };
}

function columnSource(
  { name, type }: RowColumn,
  rows: readonly (readonly RowCell[])[],
  at: number,
): ColumnSource {
  const cellOf = {
    text: (cell: RowCell) => (cell === null ? null : String(cell)),
    whole: (cell: RowCell) => (typeof cell === 'number' && Number.isInteger(cell) ? BigInt(cell) : null),
    real: (cell: RowCell) => (typeof cell === 'number' && !Number.isNaN(cell) ? cell : null),
  }[type];
  return { name, data: rows.map((row) => cellOf(row[at] ?? null)) };
}

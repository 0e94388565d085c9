import { closeSync, fsyncSync, openSync } from 'node:fs';
import { ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { CHUNK_ROWS, type Column, PART, SPLIT_NAMES, type Table } from '../read/table.js';
import { FileWriter } from './file-writer.js';

/** Rows of a row group: a column of one group is in memory at a time. */
const GROUP_ROWS = 32_768;

/** A column of the file: the values of some rows of the table. */
interface FileColumn {
  readonly name: string;
  readonly type: 'DOUBLE' | 'STRING';
  readonly valuesOf: (rows: Int32Array) => Float64Array | (number | string | null)[];
}

/**
 * Writes the rows of a table that are in a split, in their order: the columns that may become features, then the label, then `split`.
 * Numbers are DOUBLE and texts STRING; what is missing is null.
 */
export async function writeTable(path: string, table: Table, parts: Uint8Array): Promise<void> {
  const rows = keptRows(parts);
  const columns = fileColumns(table, parts);
  const file = openSync(path, 'wx');
  try {
    const writer = new ParquetWriter({
      writer: new FileWriter(file),
      schema: [{ name: 'root', num_children: columns.length }, ...columns.map(schemaElement)],
      codec: 'UNCOMPRESSED', // Columns of few values have a dictionary; the others hardly shrink.
      statistics: false,
      createdBy: 'focalsweep',
    });
    for (let from = 0; from < rows.length; from += GROUP_ROWS) {
      const group = rows.subarray(from, from + GROUP_ROWS);
      const columnData = columns.map((column) => lazyColumn(column, group));
      await writer.write({ columnData, rowGroupSize: GROUP_ROWS });
      await new Promise(setImmediate); // Other work of this thread has its turn.
    }
    await writer.finish();
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Positions in the table of the rows of the dataset. */
function keptRows(parts: Uint8Array): Int32Array {
  const rows = new Int32Array(parts.length);
  let count = 0;
  parts.forEach((part, row) => {
    if (part !== PART.dropped) rows[count++] = row;
  });
  return rows.subarray(0, count);
}

function fileColumns(table: Table, parts: Uint8Array): readonly FileColumn[] {
  const { columns, labelName, classNames, labels } = table;
  return [
    ...columns.map(sourceColumn),
    textColumn(labelName, classNames, (row) => labels[row] as number),
    textColumn(splitName(table), SPLIT_NAMES, (row) => parts[row] as number),
  ];
}

/** `split`, or with so many `_` after it that no column of the source has the name. */
function splitName({ columns, labelName }: Pick<Table, 'columns' | 'labelName'>): string {
  const taken = new Set([...columns.map(({ name }) => name), labelName]);
  let name = 'split';
  while (taken.has(name)) name += '_';
  return name;
}

function sourceColumn(column: Column): FileColumn {
  const { name, chunks } = column;
  const cell = (row: number) => chunks[Math.floor(row / CHUNK_ROWS)]?.[row % CHUNK_ROWS] as number;
  if (column.kind === 'categorical') return textColumn(name, column.categories, cell);
  const valuesOf = (rows: Int32Array) => {
    const values = Float64Array.from(rows, cell);
    return values.some(Number.isNaN) ? Array.from(values, orNull) : values;
  };
  return { name, type: 'DOUBLE', valuesOf };
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Codes without a text are missing values. */
function textColumn(name: string, texts: readonly string[], codeOf: (row: number) => number): FileColumn {
  const valuesOf = (rows: Int32Array) => Array.from(rows, (row) => texts[codeOf(row)] ?? null);
  return { name, type: 'STRING', valuesOf };
}

function schemaElement({ name, type }: FileColumn): SchemaElement {
  const repetition_type = 'OPTIONAL';
  if (type === 'DOUBLE') return { name, type, repetition_type };
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type };
}

/** A column whose values are made when they are written: with all columns at once, a wide table would be in memory twice. */
function lazyColumn({ name, valuesOf }: FileColumn, rows: Int32Array) {
  return {
    name,
    get data() {
      return valuesOf(rows);
    },
  };
}

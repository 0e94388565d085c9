import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { UserError } from '../../errors.js';
import type { CellSink } from '../columns/cell-sink.js';
import type { SourceFile } from './source-files.js';
import type { TableSink } from './table-collector.js';

/** Reads a Parquet file into the collector, one column of one row group at a time. */
export async function readParquet(source: SourceFile, table: TableSink): Promise<void> {
  try {
    const file = await asyncBufferFromFile(source.path);
    const metadata = await parquetMetadataAsync(file);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const collectors = table.startFile({ file: source.shownAs, header: names, part: source.part });
    let rowStart = 0;
    for (const rows of pieces(metadata, table.settling?.mostRows)) {
      const rowEnd = rowStart + rows;
      for (const [at, name] of names.entries()) {
        const collector = collectors[at];
        if (collector === undefined) continue;
        const range = { file, metadata, compressors, columns: [name], rowStart, rowEnd };
        await parquetRead({ ...range, onComplete: (rows) => addCells(rows, collector, { table, rowStart }) });
      }
      rowStart = rowEnd;
      await table.settling?.settle();
    }
    table.endFile(rowStart);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`the Parquet file cannot be read: ${why}`, {
      where: source.shownAs,
      fix: 'Write it again, or export it as CSV.',
      cause: error,
    });
  }
}

/** Rows of each piece that is read at a time: a row group, or a part of it. */
function* pieces(
  { row_groups }: Pick<FileMetaData, 'row_groups'>,
  most = Number.POSITIVE_INFINITY,
): Generator<number> {
  for (const { num_rows } of row_groups) {
    for (let left = Number(num_rows); left > 0; left -= most) yield Math.min(left, most);
  }
}

function addCells(
  rows: readonly unknown[][],
  collector: CellSink,
  { table, rowStart }: { table: TableSink; rowStart: number },
): void {
  rows.forEach((row, at) => {
    table.cursor.line = rowStart + at + 1;
    collector.addValue(row[0]);
  });
}

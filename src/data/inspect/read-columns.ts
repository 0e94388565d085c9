import type { DataSpec } from '../../spec/data-spec.js';
import type { CellSink, Cursor } from '../columns/cell-sink.js';
import type { CollectedColumn } from '../columns/collected-column.js';
import { ColumnCollector } from '../columns/column-collector.js';
import { readFiles } from '../read/read-source.js';
import type { SourceFile } from '../read/source-files.js';
import {
  columnNames,
  type FileStart,
  RowsOfFiles,
  requireSameHeader,
  type TableSink,
} from '../read/table-collector.js';
import {
  flatNumbers,
  type InspectedColumn,
  type InspectedTable,
  isQuantity,
  type NumberRangeFound,
} from './inspected-column.js';
import type { SourceForm } from './source-form.js';

type ReadKeys = SourceForm['keys'];

/**
 * Reads every column of files, whatever is in it. Texts with very many values are read in a second pass, and so is what may be the
 * label and has words such as "None", which are missing values in features and classes in a label.
 */
export async function readColumns(files: readonly SourceFile[], keys: ReadKeys): Promise<InspectedTable> {
  const all = new InspectionSink(keys, () => 'inferred');
  await readFiles(files, keys, all);
  const many = new Set(all.collectors.flatMap(({ problem, name }) => (problem ? [name] : [])));
  const textOf = await readAgain(files, keys, { names: many, role: 'text' });
  const { rowCount, parts } = all.files.rows();
  const columns = all.collectors.map((collector, place) => {
    const own = textOf.get(collector.name) ?? collector;
    const isAmbiguous = collector.problem?.isAmbiguous === true;
    return inspected(own.finish(), { place, rows: rowCount, hasTooMany: many.has(own.name), isAmbiguous });
  });
  return { rowCount, columns: await withLabelReadings(columns, files, keys), parts };
}

/** The named columns by one role. */
async function readAgain(
  files: readonly SourceFile[],
  keys: ReadKeys,
  { names, role }: { readonly names: ReadonlySet<string>; readonly role: 'text' | 'label' },
): Promise<ReadonlyMap<string, ColumnCollector>> {
  if (names.size === 0) return new Map();
  const sink = new InspectionSink(keys, (name) => (names.has(name) ? role : undefined));
  await readFiles(files, keys, sink);
  return new Map(sink.collectors.map((collector) => [collector.name, collector]));
}

async function withLabelReadings(
  columns: readonly InspectedColumn[],
  files: readonly SourceFile[],
  keys: ReadKeys,
): Promise<readonly InspectedColumn[]> {
  const worded = columns.filter((column) => column.missing > 0 && column.empty === 0 && !isQuantity(column));
  const names = new Set(worded.map(({ name }) => name));
  const labels = await readAgain(files, keys, { names, role: 'label' });
  return columns.map((column) => {
    const collector = labels.get(column.name);
    if (collector === undefined || collector.problem !== undefined) return column;
    const { column: read, counts } = collector.finish();
    return { ...column, asLabel: { column: read, distinct: counts.length } };
  });
}

class InspectionSink implements TableSink {
  readonly cursor: Cursor = { file: '', line: 0 };
  readonly collectors: ColumnCollector[] = [];
  private header: readonly string[] | undefined;
  private firstFile = '';
  private sinks: readonly (CellSink | undefined)[] = [];
  readonly files = new RowsOfFiles();

  constructor(
    private readonly spec: Pick<DataSpec, 'decimal'>,
    private readonly roleOf: (name: string) => 'inferred' | 'text' | 'label' | undefined,
  ) {}

  startFile({ file, part, header: raw }: FileStart): readonly (CellSink | undefined)[] {
    this.cursor.file = file;
    this.cursor.line = 1;
    this.files.start(part);
    const header = columnNames(raw, file);
    if (this.header !== undefined) {
      requireSameHeader(this.header, header, { first: this.firstFile, file });
      return this.sinks;
    }
    this.header = header;
    this.firstFile = file;
    this.sinks = header.map((name) => {
      const role = this.roleOf(name);
      if (role === undefined) return undefined;
      const collector = new ColumnCollector(name, role, this.cursor, this.spec);
      this.collectors.push(collector);
      return collector;
    });
    return this.sinks;
  }

  endFile(rows: number): void {
    this.files.end(rows, this.cursor);
  }
}

function inspected(
  { column, notation, missingWords, ambiguous }: CollectedColumn,
  facts: Pick<InspectedColumn, 'place' | 'rows' | 'hasTooMany' | 'isAmbiguous'>,
): InspectedColumn {
  const words = [...missingWords.values()].reduce((sum, rows) => sum + rows, 0);
  const known = { name: column.name, column, missing: column.missing, empty: column.missing - words };
  const own = {
    ...facts,
    ...known,
    isAmbiguous: facts.isAmbiguous || ambiguous !== undefined,
    hasDecimalComma: notation?.decimal === ',',
  };
  if (column.kind === 'categorical') return { ...own, distinct: column.categories.length };
  return { ...own, ...numberFacts(flatNumbers(column)) };
}

function numberFacts(values: Float64Array): { distinct: number; range: NumberRangeFound } {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  let distinct = 0;
  let areWhole = true;
  sorted.forEach((value, at) => {
    if (at === 0 || value !== sorted[at - 1]) distinct++;
    areWhole &&= Number.isInteger(value);
  });
  const [least = Number.NaN, most = Number.NaN] = [sorted[0], sorted.at(-1)];
  return { distinct, range: { least, most, areWhole } };
}

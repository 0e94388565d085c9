import { UserError } from '../../errors.js';
import type { DataSpec } from '../../spec/data-spec.js';
import { isNumberLike } from '../columns/number-notation.js';
import { isCount } from '../read/header-check.js';
import { readCsv } from '../read/read-csv.js';
import type { SourceFile } from '../read/source-files.js';
import type { FileStart, TableSink } from '../read/table-collector.js';
import { isLabelName } from './column-names.js';

/** What a spec must say so that the files are read right; each with its reason. */
export interface SourceForm {
  readonly keys: Pick<DataSpec, 'delimiter' | 'header' | 'names' | 'decimal'>;
  readonly reasons: Readonly<Record<string, string>>;
}

const PEEK_ROWS = 300;
/** Separators beside those that are found without help, tried in this order. */
const DELIMITERS = [',', ';', '\t', '|', ' ', ':', '^', '~'];
/** A text column with more different values says nothing about a header. */
const FEW_VALUES = 30;

/** How text files are written, by the first rows of the first one. Parquet files need no help. */
export async function sourceForm(files: readonly SourceFile[]): Promise<SourceForm> {
  const file = files.find(({ format }) => format !== 'parquet');
  if (file === undefined) return { keys: {}, reasons: {} };
  const { delimiter, columns } = await findDelimiter(file);
  const separated = delimiter === undefined ? {} : { delimiter };
  const because: Record<string, string> =
    delimiter === undefined ? {} : { delimiter: 'with it every line has the same number of fields' };
  if (columns === undefined) return { keys: separated, reasons: because };
  const first = columns.map((cells) => cells[0]?.trim() ?? '');
  if (!hasHeader(columns)) {
    because.header = 'the first line seems to be data; name the columns with `names: […]` instead';
    return { keys: { ...separated, header: false }, reasons: because };
  }
  const names = distinctNames(first);
  if (names === undefined) return { keys: separated, reasons: because };
  because.header = 'its first line is replaced by `names:`';
  because.names = 'columns of the same name are told apart';
  return { keys: { ...separated, header: true, names }, reasons: because };
}

interface Delimited {
  /** Only where it is not found without help. */
  readonly delimiter?: string;
  /** The first cells of every column; undefined where no separator fits. */
  readonly columns?: readonly (readonly string[])[];
}

async function findDelimiter(file: SourceFile): Promise<Delimited> {
  const usual = await peek(file, undefined);
  if (usual !== undefined && usual.length > 1) return { columns: usual };
  for (const delimiter of DELIMITERS) {
    const columns = await peek(file, delimiter);
    if (columns !== undefined && columns.length > 1 && (columns[0]?.length ?? 0) > 1)
      return { delimiter, columns };
  }
  return usual === undefined ? {} : { columns: usual };
}

/** Ends the reading of a file early. */
class EnoughRows extends Error {}

/** The first rows, by columns; undefined where the lines have different numbers of fields. */
async function peek(file: SourceFile, delimiter: string | undefined): Promise<string[][] | undefined> {
  const columns: string[][] = [];
  const table: TableSink = {
    cursor: { file: file.shownAs, line: 0 },
    startFile: ({ header }: FileStart) =>
      header.map((_name, at) => {
        const cells: string[] = [];
        columns.push(cells);
        const add = (text: string): void => {
          cells.push(text);
          if (at === header.length - 1 && cells.length === PEEK_ROWS) throw new EnoughRows();
        };
        return { add, addValue: (value) => add(String(value)) };
      }),
    endFile: () => {},
  };
  try {
    await readCsv(file, { header: false, ...(delimiter !== undefined && { delimiter }) }, table);
  } catch (error) {
    if (error instanceof EnoughRows) return columns;
    if (error instanceof UserError) return undefined;
    throw error;
  }
  return columns;
}

/** Whether the first line names the columns: its texts stand over numbers, or are none of the values below. */
function hasHeader(columns: readonly (readonly string[])[]): boolean {
  const first = columns.map((cells) => cells[0]?.trim() ?? '');
  if ((columns[0]?.length ?? 0) < 2 || isCount(first) || first.some(isLabelName)) return true;
  const votes = columns.map(headerVote);
  return votes.reduce((sum, vote) => sum + vote, 0) >= 0;
}

/** 1 for a name, −1 for a value, 0 for what may be either. */
function headerVote(cells: readonly string[]): number {
  const [name = '', ...rest] = cells.map((cell) => cell.trim());
  const values = rest.filter((text) => text !== '');
  if (name === '' || values.length === 0) return 0;
  const numbers = values.filter(isNumberLike).length;
  if (isNumberLike(name)) return numbers === values.length ? -1 : 0;
  if (numbers === values.length) return 1;
  if (values.includes(name)) return -1;
  return new Set(values).size <= Math.min(FEW_VALUES, values.length / 2) ? 1 : 0;
}

/** Names without repetitions; undefined where there are none. */
function distinctNames(names: readonly string[]): string[] | undefined {
  const given = names.map((name, at) => name || `column_${at + 1}`);
  if (new Set(given).size === given.length) return undefined;
  const known = new Set(given);
  const used = new Set<string>();
  return given.map((name) => {
    let own = name;
    for (let count = 2; used.has(own) || (own !== name && known.has(own)); count++) own = `${name}_${count}`;
    used.add(own);
    return own;
  });
}

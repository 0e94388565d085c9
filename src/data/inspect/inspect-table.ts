import { basename } from 'node:path';
import { UserError } from '../../errors.js';
import type { DataSpec, SplitSpec } from '../../spec/data-spec.js';
import { andMore } from '../../wording/and-more.js';
import { LARGEST_CATEGORIES } from '../columns/column-problem.js';
import { sourceFiles } from '../read/read-source.js';
import { PART } from '../read/table.js';
import { partOfWord } from '../read/table-collector.js';
import { SpecMistake } from '../spec-mistake.js';
import { chooseLabel, type LabelChoice } from './choose-label.js';
import { chooseSplit, type SplitChoice, type SplitTable } from './choose-split.js';
import { type ClassTable, tableClasses } from './class-table.js';
import { type DroppedColumn, type ProposedColumns, proposeColumns } from './find-drops.js';
import { codeCounts, type InspectedColumn, type InspectedTable, valueCodes } from './inspected-column.js';
import { readColumns } from './read-columns.js';
import { type SourceForm, sourceForm } from './source-form.js';

/** What is proposed for a table that nobody has described. */
export interface TableFindings {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Files as they were given. */
  readonly files: readonly string[];
  /** Those of training, or all. */
  readonly source: readonly string[];
  readonly form: SourceForm;
  readonly label: LabelChoice;
  /** Rows of each class, most first. */
  readonly classRows: readonly number[];
  readonly drops: readonly DroppedColumn[];
  /** Columns that give the label away and are kept, because nothing else is left. */
  readonly keptLeaks: readonly DroppedColumn[];
  readonly split: SplitChoice;
  /** The last columns, where the label is just before them: they may be known only with it. */
  readonly behindLabel: readonly string[];
}

/** Looks at the files of a table; relative paths and globs start at `baseDir`. Throws UserError where no spec would fit. */
export async function inspectTable(
  files: readonly string[],
  baseDir: string,
  label: string | undefined,
): Promise<TableFindings> {
  const { source, split: fileSplit } = dividedFiles(files);
  const found = await sourceFiles({ source, ...(fileSplit && { split: fileSplit }) }, baseDir).catch(
    withoutSpec,
  );
  const guessed = await sourceForm(found);
  const first = await readColumns(found, guessed.keys);
  const { table, form } = await settleDecimals(first, guessed, (keys) => readColumns(found, keys));
  const splitColumn = fileSplit === undefined ? table.columns.find(isSplitColumn) : undefined;
  const choice = chooseLabel(withoutColumn(table, splitColumn), label);
  const classes = tableClasses(choice.column);
  const columnSplit = splitColumn === undefined ? undefined : givenByColumn(splitColumn);
  const used = [choice.column.name, ...(splitColumn === undefined ? [] : [splitColumn.name])];
  const findings = proposeColumns(table, classes, used);
  const given =
    fileSplit === undefined ? columnSplit?.given : { split: fileSplit, reason: 'by the names of the files' };
  const parts = columnSplit?.given === undefined ? table.parts : columnSplit.parts;
  const splitTable: SplitTable = { ...classes, parts, ...(given && { given }) };
  const split = chooseSplit(splitTable, findings);
  const isWords = splitColumn !== undefined && columnSplit?.given === undefined;
  const unusable = isWords
    ? [
        {
          name: splitColumn.name,
          kind: 'split' as const,
          reason: 'it names splits, but not training, validation and test',
        },
      ]
    : [];
  const { drops, keptLeaks } = keepFeatures(
    table,
    used,
    { ...findings, drops: [...unusable, ...findings.drops] },
    split,
  );
  return {
    rowCount: table.rowCount,
    columnCount: table.columns.length,
    files,
    source,
    form,
    label: choice,
    classRows: classCounts(classes),
    drops,
    keptLeaks,
    split,
    behindLabel: behindLabel(table, choice.column, drops),
  };
}

const PART_NAME = /(?:^|[._ -])(train|training|validation|valid|val|dev|test|testing)(?:[._ -]|$)/i;

/** Files that are called train, validation and test. */
function dividedFiles(files: readonly string[]): {
  readonly source: readonly string[];
  readonly split?: SplitSpec;
} {
  const parts = files.map((file) => partOfWord(PART_NAME.exec(basename(file))?.[1] ?? ''));
  const of = (part: number): string[] => files.filter((_file, at) => parts[at] === part);
  const [source, validation, test] = [of(PART.train), of(PART.validation), of(PART.test)];
  const isDivided = source.length > 0 && validation.length + test.length > 0 && !parts.includes(undefined);
  if (!isDivided) return { source: files };
  return {
    source,
    split: { ...(validation.length > 0 && { validation }), ...(test.length > 0 && { test }) },
  };
}

/** There is no spec yet that an error could be about. */
function withoutSpec(error: unknown): never {
  if (!(error instanceof SpecMistake)) throw error;
  throw new UserError(error.message, {
    fix: error.detail.fix.replace(', the folder of the spec', ''),
    cause: error,
  });
}

/** Numbers that can be read in two ways are read as the other columns write theirs. */
async function settleDecimals(
  table: InspectedTable,
  form: SourceForm,
  read: (keys: SourceForm['keys']) => Promise<InspectedTable>,
): Promise<{ readonly table: InspectedTable; readonly form: SourceForm }> {
  const unsure = table.columns.filter(({ isAmbiguous }) => isAmbiguous).map(({ name }) => name);
  if (unsure.length === 0) return { table, form };
  const decimal = table.columns.some(({ hasDecimalComma }) => hasDecimalComma) ? ',' : '.';
  const keys = { ...form.keys, decimal } as const;
  const like = decimal === ',' ? 'other columns have a decimal comma' : 'no other column has a decimal comma';
  const reason = `numbers of ${unsure.slice(0, 3).join(', ')} can be read in two ways; ${like}`;
  return { table: await read(keys), form: { keys, reasons: { ...form.reasons, decimal: reason } } };
}

function isSplitColumn({ column, distinct, missing }: InspectedColumn): boolean {
  if (column.kind !== 'categorical' || distinct < 2 || distinct > LARGEST_CATEGORIES.split) return false;
  return missing === 0 && column.categories.every((word) => partOfWord(word) !== undefined);
}

function withoutColumn(table: InspectedTable, column: InspectedColumn | undefined): InspectedTable {
  return column === undefined ? table : { ...table, columns: table.columns.filter((one) => one !== column) };
}

function givenByColumn({ name, column }: InspectedColumn): {
  readonly parts: Uint8Array;
  readonly given?: NonNullable<SplitTable['given']>;
} {
  const words = column.kind === 'categorical' ? column.categories : [];
  const partOf = words.map((word) => partOfWord(word) ?? PART.undecided);
  const parts = Uint8Array.from(valueCodes(column), (code) => partOf[code] ?? PART.undecided);
  const isWhole = new Set(partOf).size === 3;
  return {
    parts,
    ...(isWhole && { given: { split: { column: name }, reason: 'the column names the splits' } }),
  };
}

function classCounts({ labels, classNames }: ClassTable): number[] {
  return [...codeCounts(labels, classNames.length)].sort((a, b) => b - a);
}

/** The columns to leave out, such that a feature remains. */
function keepFeatures(
  table: InspectedTable,
  used: readonly string[],
  { drops }: ProposedColumns,
  { split }: SplitChoice,
): Pick<TableFindings, 'drops' | 'keptLeaks'> {
  const dividing = dividingColumns(split);
  const left = drops.filter(({ name }) => !dividing.includes(name));
  const out = new Set([...used, ...dividing, ...left.map(({ name }) => name)]);
  if (table.columns.some(({ name }) => !out.has(name))) return { drops: left, keptLeaks: [] };
  const leaks = left.filter(({ kind }) => kind === 'leak');
  if (leaks.length > 0) return { drops: left.filter(({ kind }) => kind !== 'leak'), keptLeaks: leaks };
  const listed = left.map(({ name, reason }) => `${name} (${reason})`);
  throw new UserError(`no column is left to learn from: ${andMore(listed, 5)}`, {
    fix: 'Add columns of features, or name another class column with --label NAME.',
  });
}

function dividingColumns(split: DataSpec['split']): readonly string[] {
  if (split === undefined || 'column' in split) return [];
  return [split.time, split.group].flatMap((names) => names ?? []);
}

/** Columns behind a label that is nearly the last one. */
function behindLabel(
  { columns }: InspectedTable,
  label: InspectedColumn,
  drops: readonly DroppedColumn[],
): readonly string[] {
  if (columns.length - 1 - label.place > MOST_BEHIND || columns.length < FEWEST_COLUMNS) return [];
  const dropped = new Set(drops.map(({ name }) => name));
  return columns.slice(label.place + 1).flatMap(({ name }) => (dropped.has(name) ? [] : [name]));
}

const MOST_BEHIND = 2;
const FEWEST_COLUMNS = 6;

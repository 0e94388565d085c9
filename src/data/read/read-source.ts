import type { DataSpec } from '../../spec/data-spec.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { MALWARE21_LABEL, malware21 } from '../builtin/malware21.js';
import { columnRoles } from '../prepare/column-roles.js';
import { SpecMistake } from '../spec-mistake.js';
import { readCsv, type TextLayout } from './read-csv.js';
import { findFiles, type SourceFile } from './source-files.js';
import { PART, type Table } from './table.js';
import { TableCollector, type TableSink } from './table-collector.js';

const BUILTIN = 'builtin:';
const MALWARE21 = `${BUILTIN}malware21`;

/** The table that a spec names: a builtin one or files. */
export async function readSource(spec: DataSpec, baseDir: string): Promise<Table> {
  const { source } = spec;
  if (typeof source === 'string' && source.startsWith(BUILTIN)) return readBuiltin(source, spec);
  const files = await sourceFiles(spec, baseDir);
  const table = new TableCollector(spec);
  await readFiles(files, spec, table);
  return table.finish();
}

/** Reads files one after another into a collector. */
export async function readFiles(
  files: readonly SourceFile[],
  spec: TextLayout,
  table: TableSink,
): Promise<void> {
  for (const file of files) {
    if (file.format === 'parquet') await (await import('./read-parquet.js')).readParquet(file, table);
    else await readCsv(file, spec, table);
  }
}

function readBuiltin(source: string, spec: DataSpec): Table {
  if (source === MALWARE21) return selectColumns(malware21(spec), spec);
  throw new SpecMistake(
    `there is no table "${source}".${didYouMean(source, [MALWARE21])}`,
    ['data', 'source'],
    { fix: `Builtin tables: ${MALWARE21}.` },
  );
}

/** A builtin table with the columns that the spec asks for. */
function selectColumns(table: Table, spec: DataSpec): Table {
  const roles = columnRoles(spec, [...table.columns.map(({ name }) => name), MALWARE21_LABEL], MALWARE21);
  const all = roles.flat();
  if (all.includes('group') || all.includes('time')) {
    throw new SpecMistake(
      `${MALWARE21} has neither groups nor times`,
      ['data', 'split', all.includes('group') ? 'group' : 'time'],
      { fix: 'Leave this option out.' },
    );
  }
  if (all.includes('categorical') || all.at(-1) !== 'label') {
    const key = all.includes('categorical') ? 'categorical' : 'label';
    throw new SpecMistake(
      `${MALWARE21} has only numbers, and its label is "${MALWARE21_LABEL}"`,
      ['data', key],
      { fix: 'Leave this option out.' },
    );
  }
  return { ...table, columns: table.columns.filter((_, at) => roles[at]?.includes('inferred')) };
}

/** Files of `source` and those that the split names, each file once; a builtin table has none. */
export async function sourceFiles(spec: DataSpec, baseDir: string): Promise<SourceFile[]> {
  if (typeof spec.source === 'string' && spec.source.startsWith(BUILTIN)) return [];
  const split = spec.split !== undefined && !('column' in spec.split) ? spec.split : {};
  const separate = [
    { patterns: split.validation, part: PART.validation, key: ['data', 'split', 'validation'] },
    { patterns: split.test, part: PART.test, key: ['data', 'split', 'test'] },
  ];
  const source = { part: PART.undecided, key: ['data', 'source'] };
  const files = await findFiles(spec.source, baseDir, source);
  for (const { patterns, part, key } of separate) {
    if (patterns === undefined || typeof patterns === 'number') continue;
    for (const file of await findFiles(patterns, baseDir, { part, key })) {
      if (files.some(({ path }) => path === file.path)) {
        throw new SpecMistake(`${file.shownAs} is in another split already`, key, {
          fix: 'Every file belongs to one split; make the globs disjoint.',
        });
      }
      files.push(file);
    }
  }
  return files;
}

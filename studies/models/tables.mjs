// The tables of the study of models: seven of a folder of public ones, and the builtin one.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSpec } from '../../dist/index.js';
import { linesOf } from './table-lines.mjs';

const bench = fileURLToPath(new URL('../../bench/sweeps/', import.meta.url));

export const HALVES = { validation: 0.2, test: 0.2, seed: 7 };
/** With fewer rows a class has hardly a test row. */
const SMALL_CLASSES = { rows: 10, action: 'drop' };

const UCI = 'the file hypothyroid.data of https://archive.ics.uci.edu/dataset/102/thyroid+disease';
const HYPOTHYROID = [
  ...['class', 'age', 'sex', 'on_thyroxine', 'query_on_thyroxine', 'on_antithyroid_medication'],
  ...['thyroid_surgery', 'query_hypothyroid', 'query_hyperthyroid', 'pregnant', 'sick', 'tumor', 'lithium'],
  ...['goitre', 'TSH_measured', 'TSH', 'T3_measured', 'T3', 'TT4_measured', 'TT4', 'T4U_measured', 'T4U'],
  ...['FTI_measured', 'FTI', 'TBG_measured', 'TBG'],
];

/** Tables by name; `from` says where to get what is not in the folder, `every` takes a share of the rows, and `folds` is less than all. */
const TABLES = [
  {
    name: 'malware21',
    folds: 2,
    title: 'malware21 (builtin)',
    data: () => ({ source: 'builtin:malware21', label: 'family', split: HALVES }),
  },
  {
    name: 'netml2020',
    title: 'NetML-2020, inferred labels',
    every: 4,
    data: (folder) => sampled('netml2020', folder),
  },
  {
    name: 'nsl-kdd',
    title: 'NSL-KDD',
    every: 2,
    data: (folder) => sampled('nsl-kdd', folder),
  },
  {
    name: 'hypothyroid',
    title: 'hypothyroid',
    from: UCI,
    data: (folder) => ({
      source: join(folder, 'hypothyroid/hypothyroid.csv'),
      names: HYPOTHYROID,
      label: 'class',
      split: HALVES,
    }),
  },
  { name: 'page-blocks', title: 'page-blocks', data: (folder) => ofSpec('page-blocks', folder) },
  { name: 'letterlt', title: 'letter, long tail', data: (folder) => given('letterlt', folder) },
  { name: 'mammography', title: 'mammography', data: (folder) => given('mammography', folder) },
  { name: 'wine', title: 'wine quality', data: (folder) => given('wine', folder) },
];

/** A table for the test of the study. */
const SHORT = [
  {
    name: 'short',
    folds: 2,
    title: 'short',
    data: () => ({
      source: 'builtin:malware21',
      label: 'family',
      rows: 900,
      split: HALVES,
      min_class_rows: SMALL_CLASSES,
    }),
  },
];

/** Tables that are there, with their `data:` sections; the others are told to `note`. Samples are written to `samples`. */
export function studyTables({ data, samples, only, short, note }) {
  return (short ? SHORT : TABLES)
    .filter(({ name }) => only === undefined || name.includes(only))
    .flatMap((table) => {
      const spec = table.data(data);
      const { source } = spec;
      if (!source.startsWith('builtin:') && !existsSync(source)) {
        note(
          `${table.name} is left out: there is no ${source}${table.from ? `; get it from ${table.from}` : ''}.`,
        );
        return [];
      }
      return [{ ...table, data: table.every ? { ...spec, source: sample(table, spec, samples) } : spec }];
    });
}

/** The section of a benchmark's spec, its table in the folder. */
export function ofSpec(name, folder) {
  const file = join(bench, `${name}.yaml`);
  const { data } = parseSpec(readFileSync(file, 'utf8'), file);
  return { ...data, source: join(folder, data.source.replace(/^.*shared\/data\//, '')) };
}

/** The same for a sample, which has other rare classes. */
function sampled(name, folder) {
  const { rare_classes: _rare, ...data } = ofSpec(name, folder);
  return { ...data, min_class_rows: SMALL_CLASSES };
}

/** A table in three files. */
export function given(name, folder) {
  const file = (split) => join(folder, name, `${split}.csv`);
  return {
    source: file('train'),
    label: 'label',
    split: { validation: file('validation'), test: file('test') },
    min_class_rows: { rows: 3, action: 'train_only' },
  };
}

/** Writes a share of the lines, and the header where there is one. */
function sample({ name, every }, data, folder) {
  const file = join(folder, `${name}.csv`);
  const { head, lines } = linesOf(data);
  const kept = lines.filter((_, at) => at % every === 0);
  writeFileSync(file, `${[...(head === undefined ? [] : [head]), ...kept].join('\n')}\n`, 'latin1');
  return file;
}

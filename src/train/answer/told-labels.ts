import type { SharedDataset } from '../../data/dataset.js';
import type { ToldLabels } from '../../sweep.js';
import { ClassReader } from './class-indices.js';
import type { Fields } from './told-metrics.js';
import { type GivenValues, headerBesideRows, readGiven } from './values/given-values.js';
import { isNumberText, type Values, type ValueTable } from './values/values.js';
import { quoted, wrongAnswer } from './wrong-answer.js';

/** Predictions are stored in 16 bits. */
const MOST_CLASSES = 2 ** 16;

/** The two splits of an answer. */
export interface AnswerSplits {
  readonly validation: Fields;
  readonly test: Fields;
}

/** Labels that a program tells, and how its predictions are read beside them. */
export interface LabelAnswer {
  readonly told: ToldLabels;
  readonly reader: ClassReader;
}

/** The names of `classes` as texts, in the order of indices; undefined where the program has not told them. */
export function toldClasses(given: unknown): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined;
  const isNames =
    Array.isArray(given) &&
    given.every((name) => typeof name === 'string' || typeof name === 'boolean' || Number.isFinite(name));
  if (!isNames || given.length === 0) {
    throw wrongAnswer('classes', `${quoted(given)} is no list of class names`, 'Give a list of texts.');
  }
  return checkedClasses(given.map(String), 'classes');
}

function checkedClasses(names: readonly string[], where: string): readonly string[] {
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw wrongAnswer(where, `${quoted(twice)} is there twice`);
  if (names.length <= MOST_CLASSES) return names;
  throw wrongAnswer(where, `there are ${names.length} classes, and at most ${MOST_CLASSES} are kept`);
}

/**
 * The true labels of both splits. Without `classes`, the label set is sorted: numbers by size, texts by code unit. Where a dataset of
 * labels that another run told is given, these must be the same ones.
 */
export async function readToldLabels(
  splits: AnswerSplits,
  classes: readonly string[] | undefined,
  { dataset, folder }: { readonly dataset: SharedDataset | undefined; readonly folder: string },
): Promise<LabelAnswer> {
  const given = {
    validation: await readGiven(splits.validation.labels, 'validation.labels', folder),
    test: await readGiven(splits.test.labels, 'test.labels', folder),
  };
  const values = {
    validation: labelValues(given.validation, { classes, rows: dataset?.split.validation.length }),
    test: labelValues(given.test, { classes, rows: dataset?.split.test.length }),
  };
  const reader = classes === undefined ? readerOfLabels(values) : new ClassReader(classes);
  const told = {
    classNames: reader.names,
    validation: reader.read(values.validation, given.validation.where),
    test: reader.read(values.test, given.test.where),
  };
  if (dataset !== undefined) requireSameLabels(told, dataset);
  return { told, reader };
}

interface KnownOfLabels {
  readonly classes: readonly string[] | undefined;
  readonly rows: number | undefined;
}

function labelValues(given: GivenValues, { classes, rows }: KnownOfLabels): Values {
  const hasHeader = ([cells = []]: readonly (readonly string[])[]): boolean =>
    rows === undefined ? isHeader(cells, classes, given.where) : headerBesideRows(rows)([cells]);
  return oneColumn(given.table(hasHeader), given.where);
}

/** Values that are one column. */
export function oneColumn({ columns, values }: ValueTable, where: string): Values {
  if (columns === 1 || values.values.length === 0) return values;
  throw wrongAnswer(
    where,
    `there are ${columns} columns, and classes are one`,
    'Give the scores of classes as `probabilities` or `logits`.',
  );
}

/** Whether the first cell of labels is a header, where nothing tells how many rows there are. */
function isHeader(cells: readonly string[], classes: readonly string[] | undefined, where: string): boolean {
  const [first = '', ...rest] = cells;
  if (rest.length > 0 && rest.every(isNumberText)) return !isNumberText(first);
  if (classes !== undefined) return !classes.includes(first);
  if (rest.includes(first)) return false;
  throw wrongAnswer(
    where,
    `the first line, ${quoted(first)}, may be a header or a label that no other row has`,
    'Write the file without a header, or tell `classes` in the result.',
  );
}

/** The label set of both splits. */
function readerOfLabels({
  validation,
  test,
}: {
  readonly validation: Values;
  readonly test: Values;
}): ClassReader {
  if (validation.type !== test.type && validation.values.length > 0 && test.values.length > 0) {
    throw wrongAnswer('test.labels', `they are ${test.type}, and those of validation are ${validation.type}`);
  }
  const { type } = validation.values.length > 0 ? validation : test;
  const all = new Set<number | string>([...validation.values, ...test.values]);
  if (type === 'texts') {
    return new ClassReader(checkedClasses(([...all] as string[]).toSorted(byCodeUnit), 'labels'));
  }
  const numbers = ([...all] as number[]).toSorted((a, b) => a - b);
  if (!numbers.every(Number.isFinite)) {
    throw wrongAnswer('labels', 'a value is not finite (NaN or infinite)', 'Give the class of every row.');
  }
  const names = numbers.map((value) => (type === 'booleans' ? String(value === 1) : String(value)));
  return new ClassReader(checkedClasses(names, 'labels'), 'labels');
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function requireSameLabels(told: ToldLabels, dataset: SharedDataset): void {
  const { classNames, labels, split } = dataset;
  const other =
    told.classNames.find((name, at) => name !== classNames[at]) ?? classNames[told.classNames.length];
  if (other !== undefined) throw otherClasses(told.classNames, classNames);
  for (const name of ['validation', 'test'] as const) {
    if (told[name].length !== split[name].length) {
      throw wrongAnswer(
        `${name}.labels`,
        `there are ${told[name].length}, and the first run of the sweep told ${split[name].length}`,
        SAME_ROWS_FIX,
      );
    }
    const row = told[name].findIndex((label, at) => label !== labels[split[name][at] as number]);
    if (row < 0) continue;
    const first = classNames[labels[split[name][row] as number] as number];
    throw wrongAnswer(
      `${name}.labels`,
      `row ${row + 1} is ${quoted(classNames[told[name][row] as number])}, and the first run of the sweep told ${quoted(first)}`,
      SAME_ROWS_FIX,
    );
  }
}

const SAME_ROWS_FIX =
  'All runs of a sweep predict the same rows in the same order: take them by a seed of their own, not by that of the run.';

function otherClasses(told: readonly string[], first: readonly string[]): Error {
  const added = told.find((name) => !first.includes(name));
  const absent = first.find((name) => !told.includes(name));
  let what = 'the classes are in another order than in the first run of the sweep';
  if (absent !== undefined)
    what = `the class ${quoted(absent)} is missing, which the first run of the sweep told`;
  if (added !== undefined)
    what = `the class ${quoted(added)} is new: the first run of the sweep did not tell it`;
  return wrongAnswer('labels', what, SAME_ROWS_FIX);
}

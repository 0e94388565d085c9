import { counted } from '../../wording/counted.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { type GivenValues, headerBesideRows } from './values/given-values.js';
import { isNumberText, type ValueTable } from './values/values.js';
import { quoted, wrongAnswer } from './wrong-answer.js';

/** How far the probabilities of a row may be from 1. */
const SUM_TOLERANCE = 1e-3;
/** How far a probability may be outside [0, 1] by rounding. */
const ROUNDING = 1e-6;

/** The rows and columns that scores of classes need. */
export interface ScoreShape {
  readonly rows: number;
  readonly classNames: readonly string[];
}

interface Scores {
  /** rows × columns as given, row-major. */
  readonly values: Float32Array | Float64Array;
  /** The given column of every class. */
  readonly columns: readonly number[];
  readonly where: string;
}

/** Logits, rows × classes: in float32, finite. */
export function toldLogits(given: GivenValues, shape: ScoreShape): Float32Array {
  const scores = readScores(given, shape);
  const logits = new Float32Array(scores.values.length);
  eachCell(scores, (value, at, row) => {
    logits[at] = value;
    if (!Number.isFinite(logits[at])) throw notFinite(value, row, scores.where);
  });
  return logits;
}

/** Probabilities, rows × classes: within [0, 1], and 1 in each row. */
export function toldProbabilities(given: GivenValues, shape: ScoreShape): Float32Array | Float64Array {
  const scores = readScores(given, shape);
  const probabilities = scores.values.slice();
  const classes = scores.columns.length;
  let sum = 0;
  eachCell(scores, (value, at, row) => {
    if (!Number.isFinite(value)) throw notFinite(value, row, scores.where);
    if (value < -ROUNDING || value > 1 + ROUNDING) {
      const fix = 'Give numbers of any size as `logits`.';
      throw wrongAnswer(scores.where, `row ${row + 1} has the probability ${value}`, fix);
    }
    probabilities[at] = Math.min(1, Math.max(0, value));
    sum += value;
    if (at % classes < classes - 1) return;
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw wrongAnswer(
        scores.where,
        `the probabilities of row ${row + 1} add up to ${Number(sum.toPrecision(6))}, not to 1`,
        'Give numbers of any size as `logits`.',
      );
    }
    sum = 0;
  });
  return probabilities;
}

function eachCell({ values, columns }: Scores, take: (value: number, at: number, row: number) => void): void {
  const classes = columns.length;
  for (let at = 0; at < values.length; at++) {
    const row = Math.floor(at / classes);
    take(values[row * classes + (columns[at % classes] as number)] as number, at, row);
  }
}

function notFinite(value: number, row: number, where: string): Error {
  const what = Number.isFinite(value)
    ? `${value}, too large for float32`
    : 'a value that is not finite (NaN or infinite)';
  return wrongAnswer(where, `row ${row + 1} has ${what}`);
}

function readScores(given: GivenValues, { rows, classNames }: ScoreShape): Scores {
  const { where } = given;
  const hasRow = headerBesideRows(rows);
  const table = given.table(
    (columns) => hasRow(columns) || columns.some(([first = '']) => !isNumberText(first)),
  );
  const classes = classNames.length;
  if (table.values.type !== 'numbers') throw wrongAnswer(where, `${table.values.type} are no numbers`);
  const { values } = table.values;
  // One dimension with all values, row by row, as typed arrays of JavaScript have.
  const isFlat = table.columns === 1 && table.names === undefined && table.rows === rows * classes;
  if (!isFlat) requireShape(table, { rows, classNames }, where);
  return { values, columns: columnsOfClasses(table.names, classNames, where), where };
}

function requireShape(table: ValueTable, { rows, classNames }: ScoreShape, where: string): void {
  if (table.rows !== rows) throw wrongRows(table.rows, rows, where);
  if (table.columns === classNames.length || rows === 0) return;
  throw wrongAnswer(
    where,
    `there ${table.columns === 1 ? 'is' : 'are'} ${counted(table.columns, 'column')} for ${counted(classNames.length, 'class', 'classes')}`,
    classNames.length === 2 && table.columns === 1
      ? 'Give a column for each class, in Python `np.column_stack([1 - p, p])`.'
      : 'Give a column for each class, in the order of the classes.',
  );
}

/** The error for a number of rows that is not that of the split. */
export function wrongRows(found: number, rows: number, where: string): Error {
  return wrongAnswer(
    where,
    `there ${found === 1 ? 'is' : 'are'} ${counted(found, 'row')}, and the split has ${rows}`,
    'Give one value for each row of the split, in its order.',
  );
}

/** The column of every class: by the header if it has class names, else in the order of the classes. */
function columnsOfClasses(
  header: readonly string[] | undefined,
  classNames: readonly string[],
  where: string,
): readonly number[] {
  const inOrder = classNames.map((_, index) => index);
  const names = header?.map((name) => name.trim());
  const unknown = names?.find((name) => !classNames.includes(name));
  if (names === undefined || !names.some((name) => classNames.includes(name))) return inOrder;
  if (unknown !== undefined) {
    throw wrongAnswer(
      where,
      `the column ${quoted(unknown)} is called like no class, and others are.${didYouMean(unknown, classNames)}`,
    );
  }
  const isCounted = names.every((name, at) => name === String(at));
  if (isCounted && classNames.some((name, at) => name !== names[at])) {
    throw wrongAnswer(
      where,
      `the columns are called ${quoted(names.slice(0, 3).join(', '))}, which may be class names or mere positions`,
      'Leave the header out, with columns in the order of the classes.',
    );
  }
  const columns = classNames.map((name) => names.indexOf(name));
  const missing = columns.indexOf(-1);
  if (missing < 0) return columns;
  throw wrongAnswer(where, `no column is called ${quoted(classNames[missing])}, and another is there twice`);
}

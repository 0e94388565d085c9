import { UserError } from '../../errors.js';
import { looksLikeTime } from '../columns/column-problem.js';
import { TimeCollector } from '../columns/time-collector.js';
import type { RowTimes } from '../read/table.js';
import { isTimeName } from './column-names.js';
import { flatNumbers, type InspectedColumn, valueCodes } from './inspected-column.js';

/** A column of times. */
export interface TimeFinding {
  /** The time of every row, where a spec can divide rows by it. */
  readonly times?: RowTimes;
  /** The rows are in the order of their times, or in the opposite order. */
  readonly isOrdered: boolean;
  /** Why rows cannot be divided by it. */
  readonly obstacle?: string;
}

const IN_ORDER = 0.99;
const FEWEST_TIMES = 10;
const SHOWN_TEXTS = 20;
/** Seconds, milliseconds, microseconds and nanoseconds of 1989 to 2103, and days as 20240131. */
const UNIX_RANGES = [1, 1e3, 1e6, 1e9].map((unit) => ({ least: 6e8 * unit, most: 4.2e9 * unit }));
const DAYS = { least: 19_000_101, most: 21_001_231 };

/** What a column says about time; undefined where it does not look like times. */
export function timeFinding(column: InspectedColumn): TimeFinding | undefined {
  const texts = column.column.kind === 'categorical' ? column.column.categories : undefined;
  if (texts === undefined ? !areNumbersTimes(column) : !areTextsTimes(texts)) return undefined;
  if (column.missing > 0) return { isOrdered: false, obstacle: 'some rows have none' };
  const values = texts === undefined ? numbersOf(column) : datesOf(column, texts);
  if (values === undefined) return { isOrdered: false, obstacle: 'they are not written as ISO 8601 dates' };
  const isOrdered = column.distinct >= FEWEST_TIMES && areOrdered(values);
  return { isOrdered, times: { column: column.name, values, areDates: texts !== undefined } };
}

function areTextsTimes(texts: readonly string[]): boolean {
  return texts.length > 1 && texts.slice(0, SHOWN_TEXTS).every(looksLikeTime);
}

function areNumbersTimes(column: InspectedColumn): boolean {
  const { range, distinct, rows } = column;
  if (range === undefined || distinct < 2) return false;
  const lies = ({ least, most }: { least: number; most: number }) =>
    range.least >= least && range.most <= most;
  const isStamp = UNIX_RANGES.some(lies);
  const areMany = 2 * distinct > rows;
  if (!isTimeName(column.name)) return isStamp && areMany && areOrdered(numbersOf(column));
  // Counts of seconds, hours or days since a start are times only as the order of the rows.
  return isStamp || lies(DAYS) || ((areMany || distinct >= FEWEST_TIMES) && areOrdered(numbersOf(column)));
}

function numbersOf({ column }: InspectedColumn): Float64Array {
  return column.kind === 'numeric' ? flatNumbers(column) : new Float64Array(0);
}

/** Undefined where a text is no date that a spec can use. */
function datesOf({ column, name }: InspectedColumn, texts: readonly string[]): Float64Array | undefined {
  const collector = new TimeCollector(name, { file: '', line: 0 });
  try {
    for (const text of texts) collector.add(text);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
  const { values } = collector.finish();
  return Float64Array.from(valueCodes(column), (code) => values[code] as number);
}

function areOrdered(values: Float64Array): boolean {
  let [up, down] = [0, 0];
  for (let row = 1; row < values.length; row++) {
    if ((values[row] as number) >= (values[row - 1] as number)) up++;
    if ((values[row] as number) <= (values[row - 1] as number)) down++;
  }
  return Math.max(up, down) >= IN_ORDER * (values.length - 1);
}

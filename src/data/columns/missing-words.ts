import type { DataSpec } from '../../spec/data-spec.js';
import type { ColumnRole } from '../prepare/column-roles.js';
import { readNumber } from './read-number.js';

/** Texts that stand for a missing value in every column of features. */
const EVERYWHERE = [
  '?',
  'NA',
  'N/A',
  'n/a',
  '<NA>',
  '#N/A',
  '#NA',
  'NaN',
  'nan',
  '-NaN',
  '-nan',
  'NULL',
  'null',
  'None',
];
/** Texts, in lower case, that stand for a missing value among numbers; among words they may be words. */
const AMONG_NUMBERS = new Set([
  ...EVERYWHERE.map((word) => word.toLowerCase()),
  '.',
  '..',
  '-',
  '--',
  '---',
  '–',
  '—',
  'n.a.',
  'nat',
  'nil',
  '<null>',
  '(null)',
  '#null!',
  '\\n',
]);

/** Which trimmed texts of a column stand for a missing value; the empty text always does. */
export interface MissingWords {
  /** In any column. */
  isMissing(text: string): boolean;
  /** Only where the column's other values are numbers. */
  isMissingAmongNumbers(text: string): boolean;
  /** Numbers that stand for a missing value. */
  readonly numbers: ReadonlySet<number>;
}

/** Whether the cells of such a column may be empty. */
export function mayBeMissing(role: ColumnRole): boolean {
  return role === 'inferred' || role === 'categorical' || role === 'text';
}

/** What `missing_values:` says; without it, the usual words in features, and the empty text alone in labels and splits. */
export function missingWords(spec: Pick<DataSpec, 'missing_values'>, role: ColumnRole): MissingWords {
  const given = role === 'split' ? undefined : spec.missing_values?.map((word) => String(word).trim());
  const isFeature = mayBeMissing(role);
  const words = new Set(['', ...(given ?? (isFeature ? EVERYWHERE : []))]);
  const numbers = new Set((given ?? []).map(readNumber));
  numbers.delete(Number.NaN);
  return {
    isMissing: (text) => words.has(text) || (numbers.size > 0 && numbers.has(readNumber(text))),
    isMissingAmongNumbers: (text) =>
      given === undefined && isFeature && AMONG_NUMBERS.has(text.toLowerCase()),
    numbers,
  };
}

/** Whether a class has a name that elsewhere stands for a missing value. */
export function looksMissing(text: string): boolean {
  return AMONG_NUMBERS.has(text.toLowerCase());
}

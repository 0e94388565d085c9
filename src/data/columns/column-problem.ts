import { UserError } from '../../errors.js';
import type { DataSpec } from '../../spec/data-spec.js';
import type { ColumnRole } from '../prepare/column-roles.js';
import { isNumberLike } from './number-notation.js';

/** A column with more different values than this cannot be categories. */
export const LARGEST_CATEGORIES = {
  inferred: 100,
  categorical: 100,
  label: 1000,
  split: 100,
  group: Number.POSITIVE_INFINITY,
  text: Number.POSITIVE_INFINITY,
  time: 0,
} as const;

const TIME = /^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})([T ]|$)|^\d{1,2}:\d{2}(:\d{2})?/;
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

/** Why a column is neither numbers nor categories. */
export interface ColumnProblem {
  readonly column: string;
  readonly role: ColumnRole;
  /** The first text that is no number; none where the column has too many categories. */
  readonly text?: string;
  /** The spec takes it as categories, and it is numbers. */
  readonly areNumbers?: boolean;
  /** The text can be read as two different numbers. */
  readonly isAmbiguous?: boolean;
  readonly place: string;
}

/** All columns that cannot be used, in one message. */
export function problemError(problems: readonly ColumnProblem[], spec: DataSpec): UserError | undefined {
  const [first, ...others] = problems;
  if (first === undefined) return undefined;
  const names = problems.map(({ column }) => column);
  const needed = problems.find(({ role }) => role === 'label' || role === 'split');
  if (needed !== undefined) {
    const option = needed.role === 'label' ? '`label:`' : '`split:`';
    return new UserError(whatIsWrong(needed), {
      where: needed.place,
      fix: `Check that ${option} names the right column.`,
    });
  }
  if (others.length === 0) {
    return new UserError(whatIsWrong(first), {
      where: first.place,
      fix: `${cure(first, spec)}${leaveOut(names, spec)}`,
    });
  }
  const listed = problems.map(({ column, text, place }) => {
    const kind = text !== undefined && looksLikeTime(text) ? 'a time ' : '';
    return `${column}${text === undefined ? '' : ` (${kind}"${text}", ${place.split(', column')[0]})`}`;
  });
  const numbers = problems.flatMap(({ areNumbers, column }) => (areNumbers === true ? [column] : []));
  const what =
    numbers.length === 0
      ? `are neither numbers nor categories (over ${LARGEST_CATEGORIES.inferred} different values)`
      : `have too many different values (over ${LARGEST_CATEGORIES.inferred}) to be categories`;
  const areAllNumbers = problems.every(({ text }) => text !== undefined && isNumberLike(text));
  const correct = areAllNumbers ? numbersAlike(spec.decimal) : 'Correct the values';
  const asNumbers =
    numbers.length === 0 ? '' : `To read ${numbers.join(', ')} as numbers, ${outOfCategorical(numbers)}. `;
  return new UserError(`${problems.length} columns ${what}: ${listed.join(', ')}`, {
    where: first.place.replace(/:\d+, column.*$/su, ''),
    fix: `${asNumbers}${correct}. Identifiers and times say nothing about new rows: ${leaveOut(names, spec)}`,
  });
}

/** A number that float32 cannot hold. */
export function notFinite(text: string, where: string): UserError {
  return new UserError(`"${text}" is infinite or beyond the range of float32`, {
    where,
    fix: 'Replace it with a number below 3.4e38, or leave it empty to have it imputed.',
  });
}

function whatIsWrong({ text, isAmbiguous, role }: ColumnProblem): string {
  if (text === undefined) return `the column has more than ${LARGEST_CATEGORIES[role]} different values`;
  if (isAmbiguous === true) return `"${text}" can be read in two ways: with thousands or with decimals`;
  return `"${text}" is not a number, and the column has too many different values (over ${LARGEST_CATEGORIES.inferred}) to be categories`;
}

function cure(
  { column, text, isAmbiguous, areNumbers }: ColumnProblem,
  { decimal }: Pick<DataSpec, 'decimal'>,
): string {
  if (areNumbers === true) return `It has numbers: ${outOfCategorical([column])}. Or `;
  if (text === undefined) return 'Group the values, or ';
  if (isAmbiguous === true) return 'Say which mark separates decimals, `decimal: "."` or `decimal: ","`, or ';
  if (looksLikeTime(text)) return 'Turn times into numbers that also hold for new rows, or ';
  if (isNumberLike(text)) return `${numbersAlike(decimal)}, or `;
  return 'Correct the value, name it in `missing_values:`, or ';
}

function outOfCategorical(names: readonly string[]): string {
  return `take ${names.map(yamlName).join(', ')} out of \`categorical:\``;
}

/** What to do about a column of numbers that are not all of one notation. */
function numbersAlike(decimal: DataSpec['decimal']): string {
  return decimal === undefined
    ? 'Write all numbers of the column alike'
    : `Write the numbers as \`decimal: "${decimal}"\` says, or remove that key from the spec`;
}

/** Texts of dates and times of day. */
export function looksLikeTime(text: string): boolean {
  return TIME.test(text);
}

/** The change of the spec that leaves columns out. */
export function leaveOut(names: readonly string[], spec: Pick<DataSpec, 'drop' | 'features'>): string {
  const those = names.length === 1 ? 'the column' : 'the columns';
  if (spec.features !== undefined) return `take ${names.map(yamlName).join(', ')} out of \`features:\`.`;
  return `leave ${those} out: \`drop: [${[...(spec.drop ?? []), ...names].map(yamlName).join(', ')}]\`.`;
}

function yamlName(name: string): string {
  return PLAIN_NAME.test(name) && !/^(true|false|null|yes|no)$/i.test(name) ? name : JSON.stringify(name);
}

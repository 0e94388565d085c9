import { LARGEST_CATEGORIES } from '../columns/column-problem.js';
import { isNumberLike } from '../columns/number-notation.js';
import type { ClassTable } from './class-table.js';
import { isIdName } from './column-names.js';
import { type GroupFinding, groupFinding } from './find-groups.js';
import { heldOutRows, leakReason } from './find-leaks.js';
import { type TimeFinding, timeFinding } from './find-times.js';
import { flatNumbers, type InspectedColumn, type InspectedTable, valueCodes } from './inspected-column.js';

/** Why a column should be left out. */
export type DropKind = 'constant' | 'time' | 'id' | 'group' | 'duplicate' | 'leak' | 'texts' | 'split';

/** A column to leave out. */
export interface DroppedColumn {
  readonly name: string;
  readonly kind: DropKind;
  readonly reason: string;
}

/** What was found about the columns beside the label. */
export interface ProposedColumns {
  readonly drops: readonly DroppedColumn[];
  readonly times: readonly (TimeFinding & { readonly name: string })[];
  readonly groups: readonly (GroupFinding & { readonly name: string })[];
}

/** Nearly every row has a value of its own. */
const IDENTIFYING = 0.95;
const FEWEST_IDENTIFIERS = 10;
/** Of whole numbers, which may as well be amounts: they fill their range, or all have so many digits. */
const DENSE = 1.5;
const LONG_DIGITS = 5;

/** Looks at every column but the label and the column of the split. */
export function proposeColumns(
  table: InspectedTable,
  classes: ClassTable,
  used: readonly string[],
): ProposedColumns {
  const drops: DroppedColumn[] = [];
  const times: (TimeFinding & { name: string })[] = [];
  const groups: (GroupFinding & { name: string })[] = [];
  const halves = heldOutRows(table.rowCount);
  const seen = new Map<number, InspectedColumn[]>();
  for (const column of table.columns) {
    const { name } = column;
    if (used.includes(name)) continue;
    const drop = (kind: DropKind, reason: string): void => {
      drops.push({ name, kind, reason });
    };
    if (column.distinct < 2 && column.missing === 0) drop('constant', 'one value in all rows');
    else if (column.distinct === 0) drop('constant', 'no value in any row');
    else {
      const time = timeFinding(column);
      if (time !== undefined) {
        times.push({ ...time, name });
        drop('time', timeReason(time));
        continue;
      }
      const id = idReason(column);
      if (id !== undefined) {
        drop('id', id);
        continue;
      }
      const group = groupFinding(column, classes);
      if (group !== undefined) {
        groups.push({ ...group, name });
        if (!group.isFeature) drop('group', `rows belong together by it: ${group.reason}`);
        continue;
      }
      const twin = twinOf(column, seen);
      if (twin !== undefined) drop('duplicate', `the same values as ${twin.name}`);
      else if (column.hasTooMany) drop('texts', tooManyReason(column));
      else {
        const leak = leakReason(column, classes, halves);
        if (leak !== undefined) drop('leak', leak);
      }
    }
  }
  return { drops, times, groups };
}

function timeReason({ obstacle, isOrdered }: TimeFinding): string {
  if (obstacle !== undefined) return `times; ${obstacle}`;
  return `times; the rows are ${isOrdered ? '' : 'not '}in their order`;
}

function tooManyReason({ distinct, isAmbiguous }: InspectedColumn): string {
  const many = `${distinct} different texts; at most ${LARGEST_CATEGORIES.inferred} can be categories`;
  return isAmbiguous ? `${many}, and its numbers can be read in two ways (see \`decimal:\`)` : many;
}

/** Why a column names rows and says nothing about new ones. */
function idReason(column: InspectedColumn): string | undefined {
  const { distinct, rows, missing, range, column: values } = column;
  const filled = rows - missing;
  if (filled < FEWEST_IDENTIFIERS || distinct < IDENTIFYING * filled) return undefined;
  const found =
    distinct === filled ? 'every row has a value of its own' : `${distinct} values in ${filled} rows`;
  if (range === undefined) {
    const isNumbers = values.kind === 'categorical' && values.categories.every(isNumberLike);
    return isNumbers && !column.hasTooMany ? undefined : `an identifier: ${found}`;
  }
  if (!range.areWhole) return undefined;
  const isDense = range.most - range.least < DENSE * distinct;
  const digits = [range.least, range.most].map((value) => String(Math.abs(value)).length);
  const isLong = range.least > 0 && digits[0] === digits[1] && (digits[0] ?? 0) >= LONG_DIGITS;
  return isIdName(column.name) || isDense || isLong || isCounting(column)
    ? `an identifier: ${found}`
    : undefined;
}

/** Each number is larger than that before it. */
function isCounting({ column }: InspectedColumn): boolean {
  if (column.kind !== 'numeric') return false;
  const values = flatNumbers(column);
  return values.every((value, row) => row === 0 || value > (values[row - 1] as number));
}

/** An earlier column with the same values in all rows. */
function twinOf(column: InspectedColumn, seen: Map<number, InspectedColumn[]>): InspectedColumn | undefined {
  const values = cellsOf(column);
  let hash = 2166136261;
  for (const value of values) hash = Math.imul(hash ^ bitsOf(value), 16777619);
  const alike = seen.get(hash) ?? [];
  const twin = alike.find((other) => sameCells(column, other, values));
  if (twin === undefined) seen.set(hash, [...alike, column]);
  return twin;
}

function cellsOf({ column }: InspectedColumn): Float64Array | Int32Array {
  return column.kind === 'numeric' ? flatNumbers(column) : valueCodes(column);
}

const NUMBER = new Float64Array(1);
const WORDS = new Int32Array(NUMBER.buffer);

function bitsOf(value: number): number {
  NUMBER[0] = value === 0 ? 0 : value;
  return (WORDS[0] as number) ^ (WORDS[1] as number);
}

function sameCells(one: InspectedColumn, other: InspectedColumn, values: Float64Array | Int32Array): boolean {
  if (one.column.kind !== other.column.kind || one.distinct !== other.distinct) return false;
  const others = cellsOf(other);
  return values.every(
    (value, row) => value === others[row] || (Number.isNaN(value) && Number.isNaN(others[row])),
  );
}

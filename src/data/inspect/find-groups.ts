import { percent } from '../../wording/numbers.js';
import type { RowGroups } from '../read/table.js';
import type { ClassTable } from './class-table.js';
import { isGroupName } from './column-names.js';
import { codeCounts, type InspectedColumn, valueCodes } from './inspected-column.js';

/** A column whose rows belong together. */
export interface GroupFinding {
  /** By its name and by its rows; else it is for people to decide. */
  readonly isSure: boolean;
  readonly reason: string;
  /** Its values say something about rows of other groups, too. */
  readonly isFeature: boolean;
  /** Undefined where rows without a value keep a spec from using it. */
  readonly groups?: RowGroups;
}

const FEWEST_GROUPS = 10;
const FEWEST_ROWS_EACH = 1.5;
/** An unnamed column with fewer different values is a feature. */
const MANY_VALUES = 100;
/** How far rows of a group agree beyond chance: 0 is chance, 1 is one class a group. */
const AGREEMENT = { sure: 0.2, unnamed: 0.5 };

/** Whether rows with one value of a column belong together; undefined for an ordinary column. */
export function groupFinding(column: InspectedColumn, classes: ClassTable): GroupFinding | undefined {
  const { distinct, range, missing, rows } = column;
  if (distinct < FEWEST_GROUPS || (rows - missing) / distinct < FEWEST_ROWS_EACH) return undefined;
  if (range !== undefined && !range.areWhole) return undefined;
  const isNamed = isGroupName(column.name);
  if (!isNamed && (distinct <= MANY_VALUES || range !== undefined)) return undefined;
  const codes = valueCodes(column.column);
  const { same, chance } = agreement(codes, distinct, classes);
  const beyond = (same - chance) / (1 - chance);
  const isSharing = beyond >= (isNamed ? AGREEMENT.sure : AGREEMENT.unnamed);
  if (!isNamed && !isSharing) return undefined;
  const shared = `two rows of one value share a class in ${percent(same)} of the cases, two of any in ${percent(chance)}`;
  const reason = `${distinct} values for ${rows} rows; ${shared}`;
  // Few texts that say little about the class are categories as any other.
  const isFeature = !isSharing && range === undefined && distinct <= MANY_VALUES;
  if (missing > 0)
    return { isSure: false, isFeature, reason: `${reason}; rows without a value must be filled in first` };
  return {
    isSure: isNamed && isSharing,
    isFeature,
    reason,
    groups: { columns: [column.name], codes, count: distinct },
  };
}

/** The share of pairs of rows that have one class: in a group, and by chance. */
function agreement(
  codes: Int32Array,
  groupCount: number,
  { labels, classNames }: ClassTable,
): { readonly same: number; readonly chance: number } {
  const cells = new Map<number, number>();
  const classCount = classNames.length;
  codes.forEach((code, row) => {
    if (code < 0) return;
    const key = code * classCount + (labels[row] as number);
    cells.set(key, (cells.get(key) ?? 0) + 1);
  });
  const pairs = (count: number): number => (count * (count - 1)) / 2;
  const total = (counts: Iterable<number>): number => {
    let sum = 0;
    for (const count of counts) sum += pairs(count);
    return sum;
  };
  const within = total(codeCounts(codes, groupCount));
  const same = total(cells.values());
  const byClass = total(codeCounts(labels, classCount));
  return {
    same: within === 0 ? 0 : same / within,
    chance: Math.min(0.999999, byClass / pairs(labels.length)),
  };
}

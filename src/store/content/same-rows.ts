import { isDeepStrictEqual } from 'node:util';
import { LATER_COLUMNS } from './later-columns.js';

type Row = Readonly<Record<string, unknown>>;

/**
 * Whether two rows of a result table tell the same. A column that was added later may be empty in one of them, which an older
 * version recorded; NaN counts as empty.
 */
export function areSameRows(table: string, ours: Row, theirs: Row): boolean {
  const later = LATER_COLUMNS[table] ?? [];
  return Object.keys(ours).every((column) => {
    const [a, b] = [kept(ours[column]), kept(theirs[column])];
    return isSame(a, b) || (later.includes(column) && (a === null || b === null));
  });
}

/** What SQLite stores for a value: it knows neither NaN nor −0. */
function kept(cell: unknown): unknown {
  if (typeof cell !== 'number') return cell;
  return Number.isNaN(cell) ? null : cell + 0;
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return a instanceof Uint8Array && b instanceof Uint8Array
    ? Buffer.compare(a, b) === 0
    : isDeepStrictEqual(a, b);
}

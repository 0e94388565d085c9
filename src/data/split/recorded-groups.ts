import { classesText } from '../../wording/class-names.js';
import { counted } from '../../wording/counted.js';
import type { Dataset, RecordedGroups } from '../dataset.js';
import type { RowGroups } from '../read/table.js';

/** Records the groups of these rows of the table. */
export function recordGroups(
  { columns, codes }: RowGroups,
  rows: { readonly validation: Int32Array; readonly test: Int32Array },
): RecordedGroups {
  const text = (own: Int32Array) => groupsText(Array.from(own, (row) => codes[row] as number));
  return { columns, validation: text(rows.validation), test: text(rows.test) };
}

/** Groups in the order of their first row; two bytes are enough for up to 65,536 of them. */
function groupsText(codes: readonly number[]): string {
  const places = new Map<number, number>();
  const numbers = codes.map((code) => {
    const place = places.get(code) ?? places.size;
    places.set(code, place);
    return place;
  });
  const bytes = places.size <= 0x10000 ? 2 : 4;
  const buffer = Buffer.alloc(numbers.length * bytes);
  numbers.forEach((number, at) => {
    buffer.writeUIntLE(number, at * bytes, bytes);
  });
  return buffer.toString('base64');
}

/** Reads the groups of so many rows. */
export function readGroups(text: string, rows: number): Uint32Array {
  const buffer = Buffer.from(text, 'base64');
  const bytes = buffer.length === rows * 2 ? 2 : 4;
  if (buffer.length !== rows * bytes) throw new Error(`groups of ${rows} rows have ${buffer.length} bytes`);
  return Uint32Array.from({ length: rows }, (_, at) => buffer.readUIntLE(at * bytes, bytes));
}

/** Below these, groups vary too unlike each other for a draw of them to show how much. */
const FEW = { groups: 20, ofClass: 5 } as const;

/** The sentence about few groups that plans and reports repeat; none where there are enough. */
export function fewGroupsWarning(
  { columns, codes }: RowGroups,
  { split, labels, classNames }: Pick<Dataset, 'split' | 'labels' | 'classNames'>,
  sourceRows: { readonly [name in 'validation' | 'test']: Int32Array },
): string[] {
  const few = (['validation', 'test'] as const).flatMap((name) => {
    const ofClass = classNames.map(() => new Set<number>());
    split[name].forEach((row, at) => {
      ofClass[labels[row] as number]?.add(codes[sourceRows[name][at] as number] as number);
    });
    const count = new Set(ofClass.flatMap((own) => [...own])).size;
    const classes = classNames.filter((_, cls) => isFew(ofClass[cls]?.size ?? 0, FEW.ofClass));
    if (!isFew(count, FEW.groups) && classes.length === 0) return [];
    const within =
      classes.length === 0 ? '' : ` (fewer than ${FEW.ofClass} with rows of ${classesText(classes)})`;
    return [`${name} rows are of ${counted(count, 'group')} of ${columns.join(' and ')}${within}`];
  });
  if (few.length === 0) return [];
  return [
    `The ${few.join(', and the ')}: intervals draw whole groups, and with so few they are unsure and may be too narrow.`,
  ];
}

/** Of no group nothing is drawn. */
function isFew(count: number, enough: number): boolean {
  return count > 0 && count < enough;
}

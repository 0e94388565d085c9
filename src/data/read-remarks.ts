import type { DataSpec } from '../spec/data-spec.js';
import type { CollectedColumn } from './column-collector.js';
import { leaveOut, looksLikeTime } from './column-problem.js';
import { abridged } from './column-roles.js';
import { looksMissing } from './missing-words.js';
import { isNumberLike, PLAIN } from './number-notation.js';
import { plainText } from './spellings.js';

/** A column of which this share of the rows are numbers was probably meant to be numbers. */
const NEARLY_ALL = 0.8;
/** A column where more rows than this share have a value of their own is no kind of group. */
const IDENTIFYING = 0.5;
const FEWEST_IDENTIFIERS = 10;

/** What people should know of how the columns were read; `warnings` is what was probably meant otherwise. */
export function readRemarks(
  columns: readonly CollectedColumn[],
  spec: Pick<DataSpec, 'drop' | 'features'>,
): { notes: string[]; warnings: string[] } {
  const label = columns.filter(({ role }) => role === 'label');
  return {
    notes: [
      ...missingNotes(columns),
      ...notationNotes(columns),
      ...columns.flatMap(mergedNotes),
      ...label.flatMap(classesLikeMissing),
    ],
    warnings: [
      ...columns.flatMap(nearlyNumbers),
      ...identifiers(columns, spec),
      ...label.flatMap(classesAlike),
    ],
  };
}

function missingNotes(columns: readonly CollectedColumn[]): string[] {
  const places = new Map<string, string[]>();
  for (const { column, missingWords } of columns) {
    for (const [word, rows] of missingWords) {
      const known = places.get(word) ?? [];
      places.set(word, [...known, `${column.name} (${rows} ${rows === 1 ? 'row' : 'rows'})`]);
    }
  }
  return [...places].map(([word, at]) => `"${word}" was taken as missing: ${abridged(at)}.`);
}

function notationNotes(columns: readonly CollectedColumn[]): string[] {
  const read = (what: string, of: (column: CollectedColumn) => boolean) => {
    const names = columns.filter(of).map(({ column }) => column.name);
    return names.length > 0 ? [`${what}: ${abridged(names)}.`] : [];
  };
  const notations = columns.flatMap(({ notation }) =>
    notation === undefined || notation === PLAIN ? [] : [notation],
  );
  const groupings = new Set(notations.flatMap(({ grouping }) => (grouping === '' ? [] : [grouping])));
  const units = new Set(notations.flatMap(({ unit }) => (unit === '' ? [] : [unit])));
  return [
    ...read('Numbers read with a decimal comma', ({ notation }) => notation?.decimal === ','),
    ...[...groupings].flatMap((mark) =>
      read(`Numbers read with "${mark}" between thousands`, ({ notation }) => notation?.grouping === mark),
    ),
    ...[...units].flatMap((unit) =>
      read(`Numbers read without their ${unit}`, ({ notation }) => notation?.unit === unit),
    ),
  ];
}

function mergedNotes({ column, role, merged }: CollectedColumn): string[] {
  const what = role === 'label' ? 'class' : 'category';
  return [...merged].map(
    ([name, spellings]) =>
      `${spellings.map(visible).join(' and ')} are one ${what} of ${column.name}: ${visible(name)}.`,
  );
}

/** In quotes, with what cannot be seen written out. */
function visible(text: string): string {
  const isPlain = text === plainText(text);
  const shown = isPlain
    ? text
    : text.replaceAll(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return `"${shown}"`;
}

function classesLikeMissing({ column }: CollectedColumn): string[] {
  const names = column.kind === 'categorical' ? column.categories.filter(looksMissing) : [];
  return names.map(
    (name) =>
      `"${name}" is a class like the others; rows where it means that the label is missing have to go.`,
  );
}

function classesAlike({ column }: CollectedColumn): string[] {
  const names = column.kind === 'categorical' ? column.categories : [];
  const alike = new Map<string, string[]>();
  for (const name of names) {
    const key = plainText(name).toLowerCase().replaceAll(/\s+/gu, ' ');
    alike.set(key, [...(alike.get(key) ?? []), name]);
  }
  return [...alike.values()]
    .filter((group) => group.length > 1)
    .map((group) => `The classes ${group.map(visible).join(' and ')} differ only in capitals or spaces.`);
}

function nearlyNumbers({ column, role, ambiguous, counts }: CollectedColumn): string[] {
  if (role !== 'inferred' || column.kind !== 'categorical') return [];
  const { name, categories } = column;
  if (ambiguous !== undefined) {
    return [
      `Column ${name} was taken as categories: "${ambiguous}" may be a thousand or decimals. Set \`decimal: "."\` or \`decimal: ","\`.`,
    ];
  }
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const odd = categories.filter((text) => !isNumberLike(text));
  const oddRows = categories.reduce(
    (sum, text, code) => sum + (isNumberLike(text) ? 0 : (counts[code] as number)),
    0,
  );
  if (rows === 0 || rows - oddRows < NEARLY_ALL * rows) return [];
  if (odd.length === 0) {
    return [
      `Column ${name} was taken as categories: its numbers are written in different ways (${abridged(categories.slice(0, 4).map((text) => `"${text}"`))}). Write them alike, or name the column in \`categorical:\`.`,
    ];
  }
  return [
    `Column ${name} was taken as categories, though nearly all of it is numbers: ${oddRows} of ${rows} values ${oddRows === 1 ? 'is' : 'are'} not (${abridged(odd.map((text) => `"${text}"`))}). Correct them, name them in \`missing_values:\`, or name the column in \`categorical:\`.`,
  ];
}

function identifiers(
  columns: readonly CollectedColumn[],
  spec: Pick<DataSpec, 'drop' | 'features'>,
): string[] {
  const found = columns.filter(({ column, role, counts }) => {
    if (role !== 'inferred' || column.kind !== 'categorical') return false;
    if (column.categories.every(isNumberLike)) return false;
    const rows = counts.reduce((sum, count) => sum + count, 0);
    return counts.length >= FEWEST_IDENTIFIERS && counts.length > IDENTIFYING * rows;
  });
  if (found.length === 0) return [];
  const listed = found.map(({ column, counts }) => {
    const isTime = column.kind === 'categorical' && looksLikeTime(column.categories[0] ?? '');
    return `${column.name} (${counts.length} different ${isTime ? 'times' : 'values'})`;
  });
  const names = found.map(({ column }) => column.name);
  return [
    `Most rows have a value of their own in ${abridged(listed)}: identifiers and times say nothing of new rows. If they are that, ${leaveOut(names, spec)}`,
  ];
}

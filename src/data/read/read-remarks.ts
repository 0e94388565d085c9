import type { DataSpec } from '../../spec/data-spec.js';
import { plainText } from '../../wording/class-names.js';
import { counted } from '../../wording/counted.js';
import type { CollectedColumn } from '../columns/collected-column.js';
import { leaveOut, looksLikeTime } from '../columns/column-problem.js';
import { looksMissing } from '../columns/missing-words.js';
import { isNumberLike, PLAIN } from '../columns/number-notation.js';
import { readNumber } from '../columns/read-number.js';
import { abridged } from '../prepare/column-roles.js';
import type { Column } from './table.js';

/** A column with at least this share of numbers was probably meant to be numeric. */
const NEARLY_ALL = 0.8;
/** A column in which more than this share of the rows have a value of their own is not a useful category. */
const IDENTIFYING = 0.5;
const FEWEST_IDENTIFIERS = 10;
const MOST_SENTENCES = 5;

/** What people should know about how the columns were read; `warnings` is what was probably not intended. */
export function readRemarks(
  columns: readonly CollectedColumn[],
  spec: Pick<DataSpec, 'drop' | 'features' | 'decimal'>,
): { notes: string[]; warnings: string[] } {
  const label = columns.filter(({ role }) => role === 'label');
  const nearly = columns.flatMap((column) => nearlyNumbers(column, spec));
  return {
    notes: [
      ...missingNotes(columns),
      ...notationNotes(columns),
      ...columns.flatMap(mergedNotes),
      ...label.flatMap(classesLikeMissing),
    ],
    warnings: [
      ...shortened(nearly),
      ...identifiers(
        columns.filter((one) => !nearly.some(({ column }) => column === one.column)),
        spec,
      ),
      ...label.flatMap(classesAlike),
    ],
  };
}

function missingNotes(columns: readonly CollectedColumn[]): string[] {
  const places = new Map<string, string[]>();
  for (const { column, missingWords } of columns) {
    for (const [word, rows] of missingWords) {
      const known = places.get(word) ?? [];
      places.set(word, [...known, `${column.name} (${counted(rows, 'row')})`]);
    }
  }
  return [...places].map(([word, at]) => `"${word}" is read as a missing value in ${abridged(at)}.`);
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
  const others = role === 'label' ? 'classes' : 'categories';
  const notes = [...merged].map(
    ([name, spellings]) =>
      `${spellings.map(visible).join(' and ')} are one ${what} of ${column.name}: ${visible(name)}.`,
  );
  return firstSentences(
    notes,
    (left) =>
      `Several spellings are one in ${counted(left, `more ${what}`, `more ${others}`)} of ${column.name}, too.`,
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

/** Of a label: its classes that have names of missing values. */
export function classesLikeMissing({ column }: Pick<CollectedColumn, 'column'>): string[] {
  const names = column.kind === 'categorical' ? column.categories.filter(looksMissing) : [];
  return names.map(
    (name) => `"${name}" is read as a class. If it means that the label is missing, remove those rows.`,
  );
}

function classesAlike({ column }: CollectedColumn): string[] {
  const names = column.kind === 'categorical' ? column.categories : [];
  const alike = new Map<string, string[]>();
  for (const name of names) {
    const key = plainText(name).toLowerCase().replaceAll(/\s+/gu, ' ');
    alike.set(key, [...(alike.get(key) ?? []), name]);
  }
  const warnings = [...alike.values()]
    .filter((group) => group.length > 1)
    .map((group) => `The classes ${group.map(visible).join(' and ')} differ only in capitals or spaces.`);
  return firstSentences(
    warnings,
    (left) => `The same holds for ${counted(left, 'more class', 'more classes')}.`,
  );
}

/** A label can have a thousand classes. */
function firstSentences(sentences: readonly string[], others: (left: number) => string): string[] {
  const left = sentences.length - MOST_SENTENCES;
  return [...sentences.slice(0, MOST_SENTENCES), ...(left > 0 ? [others(left)] : [])];
}

interface NearlyNumbers {
  readonly column: Column;
  readonly sentence: string;
}

/** Very wide tables can have very many. */
function shortened(nearly: readonly NearlyNumbers[]): string[] {
  const sentences = nearly.slice(0, MOST_SENTENCES).map(({ sentence }) => sentence);
  const others = nearly.slice(MOST_SENTENCES).map(({ column }) => column.name);
  return others.length === 0
    ? sentences
    : [...sentences, `Nearly all numbers, but taken as categories too: ${abridged(others)}.`];
}

function nearlyNumbers(
  { column, role, ambiguous, counts }: CollectedColumn,
  { decimal }: Pick<DataSpec, 'decimal'>,
): NearlyNumbers[] {
  if (role !== 'inferred' || column.kind !== 'categorical') return [];
  const { name, categories } = column;
  const taken = (why: string) => [{ column, sentence: `Column "${name}" is taken as categories${why}` }];
  if (ambiguous !== undefined) {
    return taken(
      `: "${ambiguous}" can be read in two ways, with thousands or with decimals. Set \`decimal: "."\` or \`decimal: ","\`.`,
    );
  }
  const odd = categories.filter((text) => !isNumberLike(text));
  const rows = sum(counts);
  const oddRows = sum(counts.filter((_count, code) => !isNumberLike(categories[code] as string)));
  if (rows === 0 || rows - oddRows < NEARLY_ALL * rows) return [];
  if (odd.length === 0) {
    const some = quoted(differing(categories));
    return taken(
      decimal === undefined
        ? `: its numbers are written in different ways (${some}). Write them alike, or name the column in \`categorical:\`.`
        : `: not all of its numbers are written as \`decimal: "${decimal}"\` says (${some}). Write them so, remove that key from the spec, or name the column in \`categorical:\`.`,
    );
  }
  return taken(
    `, though nearly all of it is numbers: ${oddRows} of ${rows} values ${oddRows === 1 ? 'is' : 'are'} not (${quoted(odd)}). Correct them, name them in \`missing_values:\`, or name the column in \`categorical:\`.`,
  );
}

/** A plain number and one that is not. */
function differing(texts: readonly string[]): string[] {
  const isPlain = (text: string) => !Number.isNaN(readNumber(text));
  return [texts.find(isPlain), ...texts.filter((text) => !isPlain(text))]
    .filter((text) => text !== undefined)
    .slice(0, 3);
}

function quoted(texts: readonly string[]): string {
  return abridged(texts.map((text) => `"${text}"`));
}

function sum(counts: Int32Array): number {
  return counts.reduce((total, count) => total + count, 0);
}

function identifiers(
  columns: readonly CollectedColumn[],
  spec: Pick<DataSpec, 'drop' | 'features'>,
): string[] {
  const found = columns.filter(({ column, role, counts }) => {
    if (role !== 'inferred' || column.kind !== 'categorical') return false;
    if (column.categories.every(isNumberLike)) return false;
    return counts.length >= FEWEST_IDENTIFIERS && counts.length > IDENTIFYING * sum(counts);
  });
  if (found.length === 0) return [];
  const listed = found.map(({ column, counts }) => {
    const isTime = column.kind === 'categorical' && looksLikeTime(column.categories[0] ?? '');
    return `${column.name} (${counts.length} different ${isTime ? 'times' : 'values'})`;
  });
  const names = found.map(({ column }) => column.name);
  return [
    `Most rows have a value of their own in ${abridged(listed)}: identifiers and times say nothing about new rows. If that is what they are, ${leaveOut(names, spec)}`,
  ];
}

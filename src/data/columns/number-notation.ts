import { readNumber } from './read-number.js';

export type DecimalMark = '.' | ',';

/** How the numbers of a column are written. */
export interface Notation {
  readonly decimal: DecimalMark;
  /** Between groups of three digits; '' where there is none. */
  readonly grouping: string;
  /** A sign that every number has: %, $, € …; '' where there is none. */
  readonly unit: string;
}

/** As programs write numbers. */
export const PLAIN: Notation = { decimal: '.', grouping: '', unit: '' };

/** The notation of a column, or why there is none: its texts are no numbers, or can be read as two different ones. */
export type NotationVerdict =
  | { readonly notation: Notation; readonly ambiguous?: undefined }
  | { readonly notation?: undefined; readonly ambiguous?: string };

const UNIT = /^([+-]?)\s*([$€£¥]?)\s*([+-]?)([^\s$€£¥%]+(?:\s[^\s$€£¥%]+)*)\s*([$€£¥%]?)$/;
const LONGEST_NUMBER = 100;
const EXPONENT = '(?:[eE][+-]?\\d+)?';
const NUMBER: { readonly [mark in DecimalMark]: RegExp } = {
  '.': new RegExp(`^(?:\\d+\\.?\\d*|\\.\\d+)${EXPONENT}$`),
  ',': new RegExp(`^(?:\\d+,?\\d*|,\\d+)${EXPONENT}$`),
};
/** Groups of three digits; the first does not begin with 0. */
const GROUPED: { readonly [mark in DecimalMark]: RegExp } = {
  '.': /^[1-9]\d{0,2}([,\s'’])\d{3}(?:\1\d{3})*(?:\.\d+)?$/,
  ',': /^[1-9]\d{0,2}([.\s'’])\d{3}(?:\1\d{3})*(?:,\d+)?$/,
};
/** A point or comma before exactly three digits and nothing else: a group or decimals. */
const EITHER = /^[1-9]\d{0,2}[.,]\d{3}$/;

interface Parts {
  readonly sign: 1 | -1;
  readonly unit: string;
  readonly digits: string;
}

function partsOf(text: string): Parts | undefined {
  if (text.length > LONGEST_NUMBER) return undefined;
  const match = UNIT.exec(text.replaceAll('−', '-'));
  if (match === null) return undefined;
  const [, outer = '', before = '', inner = '', digits = '', after = ''] = match;
  if ((before !== '' && after !== '') || (outer !== '' && inner !== '')) return undefined;
  return { sign: outer === '-' || inner === '-' ? -1 : 1, unit: before + after, digits };
}

function numberIn({ sign, digits }: Parts, decimal: DecimalMark): number {
  const grouping = GROUPED[decimal].exec(digits)?.[1];
  if (grouping === undefined && !NUMBER[decimal].test(digits)) return Number.NaN;
  const plain = grouping === undefined ? digits : digits.replaceAll(grouping, '');
  return sign * readNumber(plain.replace(',', '.'));
}

/** The number that a trimmed text spells in a notation; NaN when it spells none. */
export function readIn(notation: Notation, text: string): number {
  if (notation === PLAIN) return readNumber(text);
  const parts = partsOf(text);
  if (parts === undefined || parts.unit !== notation.unit) return Number.NaN;
  const grouping = GROUPED[notation.decimal].exec(parts.digits)?.[1] ?? notation.grouping;
  return grouping === notation.grouping ? numberIn(parts, notation.decimal) : Number.NaN;
}

/** Whether a text is a number in any notation. */
export function isNumberLike(text: string): boolean {
  if (!Number.isNaN(readNumber(text))) return true;
  const parts = partsOf(text);
  return parts !== undefined && !(Number.isNaN(numberIn(parts, '.')) && Number.isNaN(numberIn(parts, ',')));
}

/** How the numbers of a column are written, inferred from its different texts; `forced` is the decimal mark that the spec gives. */
export function notationOf(texts: readonly string[], forced?: DecimalMark | undefined): NotationVerdict {
  if (forced !== ',' && texts.every((text) => !Number.isNaN(readNumber(text)))) return { notation: PLAIN };
  const parts = texts.map(partsOf);
  const unit = parts[0]?.unit ?? '';
  if (!parts.every((part): part is Parts => part !== undefined && part.unit === unit)) return {};
  if (sameValues(parts) && texts.every((text) => !Number.isNaN(readNumber(text)))) return { notation: PLAIN };
  const readings = (forced === undefined ? (['.', ','] as const) : [forced]).flatMap((decimal) => {
    const reading = readingOf(parts, decimal);
    return reading === undefined ? [] : [reading];
  });
  const [reading, other] = readings;
  if (reading === undefined) return {};
  const isSure = forced !== undefined || other === undefined || sameValues(parts) || pointsOnly(parts);
  if (isSure && (forced !== undefined || !reading.isGroupingUnsure)) {
    return { notation: { decimal: reading.decimal, grouping: reading.grouping, unit } };
  }
  return { ambiguous: texts[parts.findIndex(({ digits }) => EITHER.test(digits))] ?? (texts[0] as string) };
}

interface Reading {
  readonly decimal: DecimalMark;
  readonly grouping: string;
  /** The group mark is the decimal mark of other notations, and no text has two groups, or a group and decimals. */
  readonly isGroupingUnsure: boolean;
}

function readingOf(parts: readonly Parts[], decimal: DecimalMark): Reading | undefined {
  if (parts.some((part) => Number.isNaN(numberIn(part, decimal)))) return undefined;
  const groupings = parts.flatMap(({ digits }) => GROUPED[decimal].exec(digits)?.[1] ?? []);
  const grouping = groupings[0] ?? '';
  if (groupings.some((mark) => mark !== grouping)) return undefined;
  const isMark = grouping === '.' || grouping === ',';
  const isProven = parts.some(({ digits }) => GROUPED[decimal].test(digits) && !EITHER.test(digits));
  return { decimal, grouping, isGroupingUnsure: isMark && !isProven };
}

function sameValues(parts: readonly Parts[]): boolean {
  return parts.every((part) => numberIn(part, '.') === numberIn(part, ','));
}

/** Numbers as programs write them, but for a unit. */
function pointsOnly(parts: readonly Parts[]): boolean {
  return parts.every(({ digits }) => !Number.isNaN(readNumber(digits)));
}

/** The notation that also reads one more text, and the texts before it as they were read. */
export function widened(
  notation: Notation,
  { before, text, forced }: { before: readonly string[]; text: string; forced?: DecimalMark | undefined },
): NotationVerdict {
  const verdict = notationOf([...before, text], forced);
  if (!verdict.notation) return verdict;
  const wider = verdict.notation;
  return before.every((one) => readIn(wider, one) === readIn(notation, one)) ? verdict : {};
}

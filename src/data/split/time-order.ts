import type { DrawnSplitSpec } from '../../spec/data-spec.js';
import { counted } from '../../wording/counted.js';
import { PART, type RowTimes } from '../read/table.js';
import { SpecMistake } from '../spec-mistake.js';

/** In milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Shares of the rows. */
export interface HeldShares {
  readonly validation: number;
  readonly test: number;
}

/**
 * Gives the latest of the rows to test, those before them to validation and the earliest to training, as the last two folds of
 * scikit-learn's TimeSeriesSplit do. Rows of one instant stay together, and rows less than a gap before the first row of
 * validation or test, or exactly a gap, are left out. Returns what was done.
 */
export function splitByTime(
  parts: Uint8Array,
  rows: Int32Array,
  times: RowTimes,
  { gap, ...shares }: HeldShares & Pick<DrawnSplitSpec, 'gap'>,
): string {
  const { values, column } = times;
  const ordered = rows.toSorted((a, b) => (values[a] as number) - (values[b] as number));
  const at = (place: number): number => values[ordered[place] as number] as number;
  const gapLength = gapIn(gap, times);
  const { length } = ordered;
  const cut = (held: number, end: number): number =>
    instantStart(at, Math.max(0, end - Math.max(1, Math.round(length * held))), end);
  const testFrom = cut(shares.test, length);
  const validationFrom = cut(shares.validation, testFrom);
  let [train, validation, leftOut] = [0, 0, 0];
  ordered.forEach((row, place) => {
    const isTest = place >= testFrom;
    const isValidation = !isTest && place >= validationFrom;
    const next = isValidation ? testFrom : validationFrom;
    const isInGap = !isTest && gapLength > 0 && at(place) >= at(next) - gapLength;
    parts[row] = isInGap ? PART.dropped : isTest ? PART.test : isValidation ? PART.validation : PART.train;
    if (isInGap) leftOut++;
    else if (isValidation) validation++;
    else if (!isTest) train++;
  });
  if (train === 0 || validation === 0) {
    throw new SpecMistake(
      `no row is left for ${train === 0 ? 'training' : 'validation'}${gapLength > 0 ? ' before the gap' : ''}`,
      ['data', 'split', gapLength > 0 ? 'gap' : 'time'],
      {
        fix:
          gapLength > 0
            ? 'Choose a shorter gap or other shares.'
            : `Check that "${column}" has many different times.`,
      },
    );
  }
  const said = (place: number): string =>
    times.areDates ? new Date(at(place)).toISOString().replace('.000Z', 'Z') : String(at(place));
  const without =
    leftOut === 0
      ? ''
      : `; ${counted(leftOut, 'row')} in the gap of ${gap} before them ${leftOut === 1 ? 'is' : 'are'} left out`;
  return `Split by ${column}: training from ${said(0)}, validation from ${said(validationFrom)}, test from ${said(testFrom)}${without}.`;
}

/** The start of an instant that is nearest to a place; where both are as near, the earlier one. */
function instantStart(at: (place: number) => number, place: number, end: number): number {
  let [earlier, later] = [place, place];
  while (earlier > 0 && at(earlier - 1) === at(place)) earlier--;
  if (earlier === place) return place;
  while (later < end && at(later) === at(place)) later++;
  return earlier > 0 && (later === end || place - earlier <= later - place) ? earlier : later;
}

/** In the unit of the times. */
function gapIn(gap: DrawnSplitSpec['gap'], { areDates, column }: RowTimes): number {
  const isDuration = typeof gap === 'string';
  if (gap === undefined || gap === 0) return 0;
  if (isDuration !== areDates) {
    throw new SpecMistake(
      areDates
        ? `"${column}" has dates, so the gap needs a unit`
        : `"${column}" has numbers, so the gap is a number too`,
      ['data', 'split', 'gap'],
      {
        fix: areDates
          ? `Write \`gap: ${gap} d\`, or w, h, min, s or ms.`
          : 'Write it in the unit of the column, such as `gap: 60`.',
      },
    );
  }
  if (!isDuration) return gap;
  return Number.parseFloat(gap) * (UNITS[gap.replace(/^[\d. ]+/, '')] as number);
}

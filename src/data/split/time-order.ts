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

/** Rows in the order of their times; places are positions in it. */
interface TimeLine {
  readonly ordered: Int32Array;
  /** Where the last `count` places before `end` begin, or the nearest instant. */
  cut(count: number, end: number): number;
  /** Where the gap before a place begins; the place itself without a gap. */
  gapBefore(place: number): number;
  /** The time of a place as text. */
  said(place: number): string;
}

/** Orders all rows by time. */
export function timeLine(times: RowTimes, gap: DrawnSplitSpec['gap']): TimeLine {
  const { values, areDates } = times;
  const ordered = Int32Array.from(values.keys()).sort(
    (a, b) => (values[a] as number) - (values[b] as number) || a - b,
  );
  const at = (place: number): number => values[ordered[place] as number] as number;
  const gapLength = gapIn(gap, times);
  return {
    ordered,
    cut: (count, end) => instantStart(at, Math.max(0, end - count), end),
    gapBefore: (place) => {
      let before = place;
      while (gapLength > 0 && before > 0 && at(before - 1) >= at(place) - gapLength) before--;
      return before;
    },
    said: (place) => (areDates ? new Date(at(place)).toISOString().replace('.000Z', 'Z') : String(at(place))),
  };
}

/** The rows of a share: one at least. */
export function rowsOfShare(share: number, rows: number): number {
  return Math.max(1, Math.round(rows * share));
}

/**
 * Gives the latest of the rows to test, those before them to validation and the earliest to training, as the last two folds of
 * scikit-learn's TimeSeriesSplit do. Rows of one instant stay together, and rows less than a gap before the first row of
 * validation or test, or exactly a gap, are left out. Returns what was done.
 */
export function splitByTime(
  parts: Uint8Array,
  times: RowTimes,
  { gap, ...shares }: HeldShares & Pick<DrawnSplitSpec, 'gap'>,
): string {
  const { ordered, cut, gapBefore, said } = timeLine(times, gap);
  const { length } = ordered;
  const testFrom = cut(rowsOfShare(shares.test, length), length);
  const validationFrom = cut(rowsOfShare(shares.validation, length), testFrom);
  const trainTo = gapBefore(validationFrom);
  const validationTo = Math.max(validationFrom, gapBefore(testFrom));
  ordered.forEach((row, place) => {
    if (place < trainTo) parts[row] = PART.train;
    else if (place >= testFrom) parts[row] = PART.test;
    else parts[row] = place >= validationFrom && place < validationTo ? PART.validation : PART.dropped;
  });
  if (trainTo === 0 || validationTo === validationFrom) {
    throw noRowLeft(trainTo === 0 ? 'training' : 'validation', times, gap);
  }
  const leftOut = validationFrom - trainTo + testFrom - validationTo;
  const without =
    leftOut === 0
      ? ''
      : `; ${counted(leftOut, 'row')} in the gap of ${gap} before them ${leftOut === 1 ? 'is' : 'are'} left out`;
  return `Split by ${times.column}: training from ${said(0)}, validation from ${said(validationFrom)}, test from ${said(testFrom)}${without}.`;
}

/** The error where times or a gap leave nothing for a part. */
export function noRowLeft(part: string, { column }: RowTimes, gap: DrawnSplitSpec['gap']): SpecMistake {
  const hasGap = gap !== undefined && Number.parseFloat(String(gap)) > 0;
  return new SpecMistake(
    `no row is left for ${part}${hasGap ? ' before the gap' : ''}`,
    ['data', 'split', hasGap ? 'gap' : 'time'],
    {
      fix: hasGap
        ? 'Choose a shorter gap or other shares.'
        : `Check that "${column}" has many different times.`,
    },
  );
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

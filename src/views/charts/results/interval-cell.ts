import type { Interval } from '../../../sweep.js';
import type { Estimated } from './trade-off.js';

/** A picture for a table cell: an interval with its mean, on a range that all rows share. */
export interface IntervalCell {
  readonly mean: number;
  readonly interval: Interval;
  readonly range: Interval;
  /** A value to compare with, drawn as a mark, such as the baseline's mean. */
  readonly reference?: number | undefined;
}

const WIDTH = 100;
const EDGE = 4;

/** The cell's picture; the same numbers are beside it as text, so it is hidden from screen readers. */
export function intervalCell({ mean, interval, range, reference }: IntervalCell): string {
  const place = (value: number): number => {
    const share = (value - range.low) / (range.high - range.low || 1);
    return Math.round((EDGE + Math.min(1, Math.max(0, share)) * (WIDTH - 2 * EDGE)) * 10) / 10;
  };
  const line = Number.isFinite(interval.low)
    ? `<path d="M${place(interval.low)} 6H${place(interval.high)}"/>`
    : '';
  const mark =
    reference === undefined || Number.isNaN(reference)
      ? ''
      : `<path class="ref" d="M${place(reference)} 0V12"/>`;
  const dot = Number.isFinite(mean) ? `<circle cx="${place(mean)}" cy="6" r="3"/>` : '';
  return `<svg class="iv" viewBox="0 0 ${WIDTH} 12" aria-hidden="true">${mark}${line}${dot}</svg>`;
}

/** The range of all estimates and intervals, without those that are not numbers. */
export function sharedRange(estimates: readonly Estimated[]): Interval {
  const bounds = estimates.flatMap(({ mean, interval: { low, high } }) =>
    [low, mean, high].filter(Number.isFinite),
  );
  return bounds.reduce<Interval>(
    ({ low, high }, value) => ({ low: Math.min(low, value), high: Math.max(high, value) }),
    { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY },
  );
}

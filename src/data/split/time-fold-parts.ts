import type { DrawnSplitSpec } from '../../spec/data-spec.js';
import { PART, type RowTimes } from '../read/table.js';
import { SpecMistake } from '../spec-mistake.js';
import { noRowLeft, rowsOfShare, timeLine } from './time-order.js';

/** What folds are cut with. */
interface TimeFolds extends Pick<DrawnSplitSpec, 'gap'> {
  readonly folds: number;
  /** Share of the rows. */
  readonly test: number;
}

/**
 * Gives the latest rows to test, and cuts the others into equal blocks in time order as scikit-learn's TimeSeriesSplit does: fold i
 * validates on block i after the first, trains on all rows before it, and leaves out those after it. Rows of one instant stay
 * together, and those in the gap before validation or test are left out. Returns PART of every row for each fold.
 */
export function foldsByTime(
  times: RowTimes,
  { folds, test, gap }: TimeFolds,
): { readonly divisions: readonly Uint8Array[]; readonly notes: readonly string[] } {
  const { ordered, cut, gapBefore, said } = timeLine(times, gap);
  const { length } = ordered;
  const testFrom = cut(rowsOfShare(test, length), length);
  const until = gapBefore(testFrom);
  const size = Math.floor(until / (folds + 1));
  const starts = Array.from({ length: folds }, (_, fold) => cut((folds - fold) * size, until));
  const isEmpty = starts.some((start, fold) => start >= (starts[fold + 1] ?? until));
  if (isEmpty || size === 0) {
    throw new SpecMistake(
      `${times.column} has too few different times for ${folds} folds`,
      ['data', 'split', 'folds'],
      { fix: 'Use fewer folds or a shorter gap.' },
    );
  }
  const divisions = starts.map((from, fold) => {
    const trainTo = gapBefore(from);
    if (trainTo === 0) throw noRowLeft(`training in fold ${fold + 1}`, times, gap);
    const parts = new Uint8Array(length).fill(PART.dropped);
    const give = (part: number, first: number, end: number): void => {
      for (const row of ordered.subarray(first, end)) parts[row] = part;
    };
    give(PART.train, 0, trainTo);
    give(PART.validation, from, starts[fold + 1] ?? until);
    give(PART.test, testFrom, length);
    return parts;
  });
  const without =
    gap === undefined || gap === 0 ? '' : `; rows in the gap of ${gap} before them are left out`;
  const note = `Split by ${times.column} into ${folds} folds: seed 1 validates from ${said(starts[0] ?? 0)} and seed ${folds} from ${said(starts.at(-1) ?? 0)}, and each trains on the rows before; test from ${said(testFrom)}${without}. The counts are those of the last fold.`;
  return { divisions, notes: [note] };
}

import { randomStream } from '../../random.js';
import type { DrawnSplitSpec } from '../../spec/data-spec.js';
import { counted } from '../../wording/counted.js';
import { PART, type RowGroups, type Table } from '../read/table.js';
import { SpecMistake } from '../spec-mistake.js';
import { dealGroups } from './stratified-groups.js';
import { foldsByTime } from './time-fold-parts.js';
import { type HeldShares, splitByTime } from './time-order.js';

/** The share of validation, and that of test, unless the spec says another. */
export const DEFAULT_SHARE = 0.2;

/** How rows are divided. */
interface Division extends DrawnSplitSpec {
  /** Rows of classes that are too small do not count. */
  readonly isCounted: (row: number) => boolean;
}

type DividedTable = Pick<Table, 'labels' | 'classNames' | 'groups' | 'times'>;

/** PART of every row, for each fold where folds are by time, and what was done. */
interface DividedRows {
  readonly divisions: readonly Uint8Array[];
  readonly notes: readonly string[];
}

/** Divides the rows by time or by groups, if the spec says so; undefined otherwise. */
export function divideRows(
  parts: Uint8Array,
  table: DividedTable,
  division: Division,
): DividedRows | undefined {
  const { groups, times } = table;
  const { gap, time, folds } = division;
  if (gap !== undefined && time === undefined) {
    throw new SpecMistake('a gap needs a time', ['data', 'split', 'gap'], {
      fix: 'Name the column: `time: …`.',
    });
  }
  if (groups !== undefined && times !== undefined) {
    throw new SpecMistake('rows are divided by groups or by time, not by both', ['data', 'split', 'time'], {
      fix: 'Leave one of them out.',
    });
  }
  if (times !== undefined) {
    if (folds !== undefined) {
      const { test } = heldShares({ ...division, validation: 0 });
      return foldsByTime(times, { folds, test, gap });
    }
    return { divisions: [parts], notes: [splitByTime(parts, times, { ...heldShares(division), gap })] };
  }
  if (groups === undefined) return undefined;
  return { divisions: [parts], notes: [divideGroups(parts, { ...table, groups }, division)] };
}

const NAMES = ['training', 'validation', 'test'];
const PARTS = [PART.train, PART.validation, PART.test];

function divideGroups(
  parts: Uint8Array,
  { labels, classNames, groups }: DividedTable & { readonly groups: RowGroups },
  { isCounted, ...split }: Division,
): string {
  const { validation, test } = heldShares(split);
  const { columns, codes, count } = groups;
  const of = columns.join(' and ');
  if (count < PARTS.length) {
    throw new SpecMistake(
      `${counted(count, 'group')} of ${of} cannot fill ${PARTS.length} splits`,
      ['data', 'split', 'group'],
      { fix: 'Name a column with more different values.' },
    );
  }
  const rows = Int32Array.from(labels.keys()).filter(isCounted);
  const dealt = dealGroups(
    { rows, labels, groupOf: codes, groupCount: count, classCount: classNames.length },
    [1 - validation - test, validation, test],
    randomStream(split.seed ?? 0, 'split'),
  );
  codes.forEach((group, row) => {
    parts[row] = PARTS[dealt[group] as number] ?? PART.train;
  });
  const counts = NAMES.map((name, at) => `${dealt.filter((own) => own === at).length} in ${name}`);
  return `Split by groups of ${of}, none of them in two splits: ${counts.join(', ')}.`;
}

/** Shares of all rows; files of their own cannot be divided by groups or time. */
function heldShares({ validation = DEFAULT_SHARE, test = DEFAULT_SHARE }: DrawnSplitSpec): HeldShares {
  for (const [key, share] of Object.entries({ validation, test })) {
    if (typeof share === 'number') continue;
    throw new SpecMistake(
      'files of their own cannot be divided by groups or by time',
      ['data', 'split', key],
      { fix: 'Name all files in `source:`, and give a share here.' },
    );
  }
  const shares = { validation: Number(validation), test: Number(test) };
  requireTrainingShare([shares.validation, shares.test]);
  return shares;
}

/** Throws SpecMistake for shares that leave nothing to train on. */
export function requireTrainingShare([validation, test]: readonly [number, number]): void {
  if (validation + test < 1) return;
  throw new SpecMistake(
    `validation ${validation} and test ${test} leave no training rows`,
    ['data', 'split'],
    { fix: 'Choose shares with a sum below 1.' },
  );
}

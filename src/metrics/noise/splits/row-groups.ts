import type { BootstrapRows } from '../bootstrap.js';
import { isHit, type RowScore } from '../hit-effects.js';
import { effectiveRows } from './split-counts.js';

/** A run's predictions, and which rows they are of; all of them where it has no rows of its own. */
interface MeasuredRun {
  readonly predictions: Uint16Array;
  readonly rows?: Uint32Array | undefined;
}

type GroupedRows = Pick<BootstrapRows, 'labels' | 'classCount'> & {
  readonly groups: NonNullable<BootstrapRows['groups']>;
};

/** How the rows of a class lie in groups. */
export interface ClassGroups {
  /** Groups that have rows of the class. */
  readonly count: number;
  /** Groups of equal size that vary as much: (Σ n)² / Σ n² over the groups' rows. */
  readonly effective: number;
}

/** By class, the groups of these rows. */
export function classGroups(
  { labels, groups, classCount }: GroupedRows,
  rows: Uint32Array,
): readonly ClassGroups[] {
  const cells = new Map<number, number>();
  for (const row of rows) {
    const cell = cellOf(groups[row], labels[row], classCount);
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  const [counts, sums, squares] = [0, 1, 2].map(() => new Float64Array(classCount)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const [cell, size] of cells) {
    const cls = cell % classCount;
    add(counts, cls, 1);
    add(sums, cls, size);
    add(squares, cls, size ** 2);
  }
  return Array.from(counts, (count, cls) => ({
    count,
    effective: count === 0 ? 0 : (sums[cls] as number) ** 2 / (squares[cls] as number),
  }));
}

/** By class, the groups of a run's rows, means over runs; of all rows where a run has none of its own. */
export function meanGroups(
  grouped: GroupedRows,
  runs: readonly Pick<MeasuredRun, 'rows'>[],
): { readonly [name in keyof ClassGroups]: Float64Array } {
  const counted = new Map<Uint32Array | undefined, readonly ClassGroups[]>();
  const ofRuns = runs.map(({ rows }) => {
    const own = counted.get(rows) ?? classGroups(grouped, rows ?? Uint32Array.from(grouped.labels.keys()));
    counted.set(rows, own);
    return own;
  });
  const mean = (name: keyof ClassGroups) =>
    Float64Array.from(
      { length: grouped.classCount },
      (_, cls) => ofRuns.reduce((sum, own) => sum + (own[cls]?.[name] ?? 0), 0) / runs.length,
    );
  return { count: mean('count'), effective: mean('effective') };
}

/**
 * By class, how many independent rows tell as much as one of its rows: 1 / (1 + (m − 1) ρ) for groups of m = Σ n² / Σ n rows of the
 * class (Kish 1965, "Survey sampling"). ρ is the correlation of the scores of two rows of a group and class, from all classes with
 * rows in two groups or more. Where few groups have any mistake it is hardly known, so it is moved towards 1 as if by one
 * group more; where there is no mistake at all, a group counts as one row.
 */
export function rowsWorth(grouped: GroupedRows, runs: readonly MeasuredRun[], score: RowScore): Float64Array {
  const { labels, classCount } = grouped;
  const { rows, scores } = meanScores(grouped, runs, score);
  const groups = classGroups(grouped, rows);
  const [sums, counts] = [new Float64Array(classCount), new Float64Array(classCount)];
  for (const row of rows) {
    add(sums, labels[row] as number, scores[row] as number);
    add(counts, labels[row] as number, 1);
  }
  const isTelling = (cls: number) => (groups[cls]?.count ?? 0) > 1;
  const means = sums.map((sum, cls) => sum / Math.max(1, counts[cls] as number));
  const rho = withinGroups({ ...grouped, rows, scores, means, isTelling });
  return counts.map((count, cls) => {
    const size = count / Math.max(1, groups[cls]?.effective ?? 0);
    return 1 / (1 + Math.max(0, size - 1) * rho);
  });
}

/** By class, how many independent rows tell as much about its recall as the rows of these runs. */
export function independentRows(
  { labels, groups, classCount }: Pick<BootstrapRows, 'labels' | 'groups' | 'classCount'>,
  predictions: readonly Uint16Array[],
  rowsOf?: readonly Uint32Array[],
): readonly number[] {
  const all = rowsOf ?? [Uint32Array.from(labels.keys())];
  const rows = effectiveRows(labels, all, classCount);
  if (groups === undefined) return [...rows];
  const runs = predictions.map((own, at) => ({ predictions: own, rows: rowsOf?.[at] }));
  const worth = rowsWorth({ labels, groups, classCount }, runs, isHit);
  return Array.from(rows, (count, cls) => count * (worth[cls] as number));
}

interface Residuals extends GroupedRows {
  readonly rows: Uint32Array;
  readonly scores: Float64Array;
  /** By class. */
  readonly means: Float64Array;
  readonly isTelling: (cls: number) => boolean;
}

function withinGroups({ labels, groups, classCount, rows, scores, means, isTelling }: Residuals): number {
  const cells = new Map<number, { rows: number; sum: number; squares: number }>();
  const [squares, counts] = [new Float64Array(classCount), new Float64Array(classCount)];
  const ofGroup = new Map<number, number>();
  for (const row of rows) {
    const cls = labels[row] as number;
    if (!isTelling(cls)) continue;
    const group = groups[row] as number;
    const rest = (scores[row] as number) - (means[cls] as number);
    const cell = cellOf(group, cls, classCount);
    const own = cells.get(cell) ?? { rows: 0, sum: 0, squares: 0 };
    own.rows++;
    own.sum += rest;
    own.squares += rest ** 2;
    cells.set(cell, own);
    add(squares, cls, rest ** 2);
    add(counts, cls, 1);
    ofGroup.set(group, (ofGroup.get(group) ?? 0) + rest ** 2);
  }
  let [products, expected] = [0, 0];
  for (const [cell, own] of cells) {
    const cls = cell % classCount;
    products += own.sum ** 2 - own.squares;
    expected += (own.rows * (own.rows - 1) * (squares[cls] as number)) / (counts[cls] as number);
  }
  if (expected === 0) return 1;
  const rho = Math.min(1, Math.max(0, products / expected));
  const [sum, square] = [...ofGroup.values()].reduce(
    ([all, ofSquares], own) => [all + own, ofSquares + own ** 2],
    [0, 0],
  );
  const telling = sum ** 2 / square;
  return (telling * rho + 1) / (telling + 1);
}

/** The rows that some run has, and the mean score of each over the runs that have it. */
function meanScores(
  { labels }: GroupedRows,
  runs: readonly MeasuredRun[],
  score: RowScore,
): { readonly rows: Uint32Array; readonly scores: Float64Array } {
  const [scores, times] = [new Float64Array(labels.length), new Float64Array(labels.length)];
  for (const { predictions, rows } of runs) {
    predictions.forEach((predicted, at) => {
      const row = rows === undefined ? at : (rows[at] as number);
      add(scores, row, score(labels[row] as number, predicted));
      add(times, row, 1);
    });
  }
  return {
    rows: Uint32Array.from(labels.keys()).filter((row) => (times[row] as number) > 0),
    scores: scores.map((sum, row) => sum / Math.max(1, times[row] as number)),
  };
}

function cellOf(group: number | undefined, label: number | undefined, classCount: number): number {
  return (group as number) * classCount + (label as number);
}

function add(to: Float64Array, at: number, value: number): void {
  to[at] = (to[at] as number) + value;
}

import type { Margins } from '../../margin-metrics.js';
import type { BootstrapRows } from '../bootstrap.js';
import type { RowScore } from '../hit-effects.js';

/**
 * By class, how many independent rows tell as much as the rows of a trial's seeds: (Σ k)² / Σ k² over the rows, each in the splits
 * of k seeds. Rows that all seeds share count once, and rows that none share count all.
 */
export function effectiveRows(
  labels: Uint16Array,
  rowsOf: readonly Uint32Array[],
  classCount: number,
): Float64Array {
  const times = new Uint32Array(labels.length);
  for (const rows of rowsOf) for (const row of rows) times[row] = (times[row] as number) + 1;
  const [sums, squares] = [new Float64Array(classCount), new Float64Array(classCount)];
  times.forEach((count, row) => {
    const label = labels[row] as number;
    sums[label] = (sums[label] as number) + count;
    squares[label] = (squares[label] as number) + count ** 2;
  });
  return sums.map((sum, cls) => (sum === 0 ? 0 : sum ** 2 / (squares[cls] as number)));
}

/** Counts of a trial whose seeds have rows of their own, means over its runs. */
export interface SplitCounts {
  /** A row hits by its score. */
  readonly margins: Margins;
  /** By class, sums of squared scores. */
  readonly squaredHits: Float64Array;
  /** By class, sums over its rows of the row's hits less those of the most frequent predictions, and of the squares. */
  readonly apart: Float64Array;
  readonly apartSquared: Float64Array;
  /** Independent rows of each class per row of a run. */
  readonly ratio: Float64Array;
}

/** Per row of the pool, the class that most of the runs that have it predict; 0xffff where none has it. */
export function mostFrequentOfPool(
  { labels, classCount, trials }: BootstrapRows,
  rowsOf: NonNullable<BootstrapRows['rowsOf']>,
): Uint16Array {
  const votes = new Uint32Array(labels.length * classCount);
  trials.forEach((runs, trial) => {
    runs.forEach((predictions, at) => {
      rowsOf[trial]?.[at]?.forEach((row, place) => {
        const vote = row * classCount + (predictions[place] as number);
        votes[vote] = (votes[vote] as number) + 1;
      });
    });
  });
  return Uint16Array.from(labels, (_label, row) => {
    const own = votes.subarray(row * classCount, (row + 1) * classCount);
    const most = own.reduce((largest, count) => Math.max(largest, count), 0);
    return most === 0 ? 0xffff : own.indexOf(most);
  });
}

/** What rows are scored by, and the most frequent prediction of each, which the others are compared with. */
export interface Scoring {
  readonly score: RowScore;
  readonly mostly: Uint16Array;
}

/** The counts of one trial. */
export function splitCounts(
  { labels, classCount }: BootstrapRows,
  runs: readonly { readonly predictions: Uint16Array; readonly rows: Uint32Array }[],
  { mostly, score }: Scoring,
): SplitCounts {
  const empty = () => new Float64Array(classCount);
  const sums = { support: empty(), predicted: empty(), hits: empty() };
  const [apart, apartSquared, squaredHits] = [empty(), empty(), empty()];
  const add = (to: Float64Array, at: number, value: number): void => {
    to[at] = (to[at] as number) + value;
  };
  const times = new Uint32Array(labels.length);
  const hits = new Float64Array(labels.length);
  for (const { predictions, rows } of runs) {
    rows.forEach((row, at) => {
      const predicted = predictions[at] as number;
      const label = labels[row] as number;
      times[row] = (times[row] as number) + 1;
      add(sums.support, label, 1);
      add(sums.predicted, predicted, 1);
      const own = score(label, predicted);
      add(hits, row, own);
      add(sums.hits, label, own);
      add(squaredHits, label, own ** 2);
    });
  }
  times.forEach((count, row) => {
    if (count === 0) return;
    const label = labels[row] as number;
    const difference = (hits[row] as number) / count - score(label, mostly[row] as number);
    add(apart, label, count * difference);
    add(apartSquared, label, count * difference ** 2);
  });
  const independent = effectiveRows(
    labels,
    runs.map(({ rows }) => rows),
    classCount,
  );
  // Divided at the end: seven sevenths that are added up are less than one row.
  const mean = (sums: Float64Array) => sums.map((sum) => sum / runs.length);
  const support = mean(sums.support);
  return {
    margins: { support, predicted: mean(sums.predicted), hits: mean(sums.hits) },
    squaredHits: mean(squaredHits),
    apart: mean(apart),
    apartSquared: mean(apartSquared),
    ratio: independent.map((rows, cls) => (rows === 0 ? 1 : rows / (support[cls] as number))),
  };
}

import type { Interval } from '../../sweep.js';
import { upperQuantile, wilsonInterval } from './intervals.js';

/** One-sided error of the bound: half of what a 95 % interval leaves out. */
const TAIL = 0.025;

/**
 * Bounds, 97.5 % each, of the least recall of a population from recalls in a sample. The least observed recall comes out
 * too low, because luck has as many chances as there are weak classes; no resampling undoes that. But the population's least
 * recall is at most that of any class: so where all classes keep below their upper limits, the least limit bounds it. The
 * limits are Wilson's with Bonferroni's correction for the `k` classes whose 95 % intervals allow them to be the worst. From
 * below, the least of the lower limits bounds it, because the worst class keeps above its own; with the same correction, as Wilson's
 * limit of a single row is not low enough.
 */
export function worstRecallBounds(recalls: readonly number[], support: readonly number[]): Interval {
  const classes = recalls.flatMap((recall, at) => {
    const rows = support[at] ?? 0;
    return rows === 0 ? [] : [{ recall, rows, interval: wilsonInterval(recall, rows) }];
  });
  const least = Math.min(...classes.map(({ interval }) => interval.high));
  const candidates = classes.filter(({ interval }) => interval.low <= least);
  const z = upperQuantile(TAIL / Math.max(1, candidates.length));
  return {
    low: Math.min(1, ...classes.map(({ recall, rows }) => wilsonInterval(recall, rows, z).low)),
    high: Math.min(1, ...candidates.map(({ recall, rows }) => wilsonInterval(recall, rows, z).high)),
  };
}

/** Recall of every class, mean over runs on the same rows; 0 for classes without rows. */
export function meanRecalls(
  labels: Uint16Array,
  runs: readonly Uint16Array[],
  support: readonly number[],
): readonly number[] {
  const hits = new Float64Array(support.length);
  for (const predictions of runs) {
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row] as number;
      if (predictions[row] === label) hits[label] = (hits[label] as number) + 1;
    }
  }
  return support.map((rows, label) => (rows === 0 ? 0 : (hits[label] as number) / (rows * runs.length)));
}

/** The same where each run has rows of its own. */
export function splitRecalls(
  labels: Uint16Array,
  runs: readonly Uint16Array[],
  rowsOf: readonly Uint32Array[],
  classCount: number,
): readonly number[] {
  const [hits, rows] = [new Float64Array(classCount), new Float64Array(classCount)];
  runs.forEach((predictions, run) => {
    rowsOf[run]?.forEach((row, at) => {
      const label = labels[row] as number;
      rows[label] = (rows[label] as number) + 1;
      if (predictions[at] === label) hits[label] = (hits[label] as number) + 1;
    });
  });
  return Array.from(hits, (count, label) => (rows[label] === 0 ? 0 : count / (rows[label] as number)));
}

import { classThresholds, thresholdsOf } from '../class-ranking.js';
import { halvesByClass } from './scored-rows.js';

/** What a threshold must keep. */
export type StatedLimit =
  | { readonly kind: 'precision'; readonly value: number }
  | { readonly kind: 'fpr'; readonly value: number };

/** One class's probability for every row, and whether the row is of the class. */
export interface ClassColumn {
  readonly column: Float64Array;
  readonly isOwn: Uint8Array;
}

/** What a threshold does; NaN where nothing can be measured. */
export interface AtThreshold {
  readonly recall: number;
  readonly precision: number;
  readonly fpr: number;
}

/** A class is predicted where its probability is at least the threshold. */
export interface StatedThreshold {
  /** Found on all validation rows; infinite where none keeps the limit. */
  readonly threshold: number;
  /** Of each half of the validation rows under the threshold of the other half. */
  readonly validation: AtThreshold;
  /** Of the test rows under `threshold`; null without their logits. */
  readonly test: AtThreshold | null;
}

/** The threshold of the highest recall that keeps a limit, and what it does on rows that did not choose it. */
export function statedThreshold(
  validation: ClassColumn,
  test: ClassColumn | null,
  limit: StatedLimit,
): StatedThreshold {
  const halves = halvesByClass(Uint16Array.from(validation.isOwn));
  const counts = halves.map((shown, half) => {
    const tuning = halves[1 - half] as number[];
    return countsAt(part(validation, shown), thresholdFor(part(validation, tuning), limit));
  });
  const threshold = thresholdFor(validation, limit);
  return {
    threshold,
    validation: ratios(counts),
    test: test === null ? null : ratios([countsAt(test, threshold)]),
  };
}

function part({ column, isOwn }: ClassColumn, rows: readonly number[]): ClassColumn {
  return {
    column: Float64Array.from(rows, (row) => column[row] as number),
    isOwn: Uint8Array.from(rows, (row) => isOwn[row] as number),
  };
}

function thresholdFor({ column, isOwn }: ClassColumn, { kind, value }: StatedLimit): number {
  const own = Int32Array.from([...isOwn.keys()].filter((row) => isOwn[row] === 1));
  if (own.length === 0) return Number.POSITIVE_INFINITY;
  const thresholds = classThresholds(column, own, isOwn);
  const kept = thresholdsOf(thresholds).filter(({ hits, misses }) =>
    kind === 'precision' ? hits / (hits + misses) >= value : misses <= value * thresholds.others,
  );
  const lowest = kept.at(-1)?.score;
  return lowest === undefined ? Number.POSITIVE_INFINITY : halfwayDown(column, lowest);
}

/**
 * Between the lowest row that is found and the next one, or zero: probabilities of stored logits are rounded, and a threshold on a row
 * would miss the row itself about every second time.
 */
function halfwayDown(column: Float64Array, lowest: number): number {
  let next = 0;
  for (const value of column) if (value < lowest && value > next) next = value;
  return (lowest + next) / 2;
}

interface Counts {
  readonly own: number;
  readonly others: number;
  readonly hits: number;
  readonly misses: number;
}

function countsAt({ column, isOwn }: ClassColumn, threshold: number): Counts {
  let [own, hits, misses] = [0, 0, 0];
  for (let row = 0; row < column.length; row++) {
    const isFound = (column[row] as number) >= threshold;
    if (isOwn[row] === 1) {
      own++;
      if (isFound) hits++;
    } else if (isFound) misses++;
  }
  return { own, others: column.length - own, hits, misses };
}

function ratios(counts: readonly Counts[]): AtThreshold {
  const sum = (name: keyof Counts) => counts.reduce((total, one) => total + one[name], 0);
  const [hits, misses] = [sum('hits'), sum('misses')];
  return { recall: hits / sum('own'), precision: hits / (hits + misses), fpr: misses / sum('others') };
}

import type { ClassRanking } from '../sweep.js';

/** The probability of a class for its own rows and for all others, each ascending. */
export interface ClassScores {
  readonly own: Float64Array;
  /** Only those of at least the lowest of `own`: what ranks below all rows of the class decides nothing. */
  readonly above: Float64Array;
  /** Rows of other classes, those below included. */
  readonly others: number;
}

/** The settings of the metrics of a ranking. */
export interface RankingLimits {
  readonly precision: number;
  readonly fpr: number;
  /** Undefined: as many as the class has rows. */
  readonly k?: number | undefined;
}

/** Rows of one probability and above. */
export interface Threshold {
  readonly score: number;
  /** Rows of the class, and others, with exactly this probability. */
  readonly newHits: number;
  readonly newMisses: number;
  /** The same with at least this probability. */
  readonly hits: number;
  readonly misses: number;
}

/** Calls `visit` for every distinct probability, the highest first, down to the lowest of the class's own rows. */
export function eachThreshold({ own, above }: ClassScores, visit: (at: Threshold) => void): void {
  let [hit, miss] = [own.length - 1, above.length - 1];
  while (hit >= 0) {
    const score = Math.max(own[hit] as number, miss < 0 ? Number.NEGATIVE_INFINITY : (above[miss] as number));
    const before = { hits: own.length - 1 - hit, misses: above.length - 1 - miss };
    while (hit >= 0 && own[hit] === score) hit--;
    while (miss >= 0 && above[miss] === score) miss--;
    const [hits, misses] = [own.length - 1 - hit, above.length - 1 - miss];
    visit({ score, hits, misses, newHits: hits - before.hits, newMisses: misses - before.misses });
  }
}

/**
 * average_precision_score, roc_auc_score, the highest recall of precision_recall_curve and of roc_curve within a limit, and the
 * precision of the first k rows, of which those that are tied at the end count in proportion. The class has rows.
 */
export function classRanking(scores: ClassScores, { precision, fpr, k }: RankingLimits): ClassRanking {
  const { own, above, others } = scores;
  const [count, rows] = [own.length, own.length + others];
  const first = Math.min(rows, k ?? count);
  let averagePrecision = 0;
  let rightPairs = count * (others - above.length);
  let [recallAtPrecision, recallAtFpr, inFirst] = [0, 0, count];
  let isFull = false;
  eachThreshold(scores, ({ hits, misses, newHits, newMisses }) => {
    const recall = hits / count;
    averagePrecision += (newHits / count) * (hits / (hits + misses));
    rightPairs += newMisses * (hits - newHits / 2);
    if (hits / (hits + misses) >= precision) recallAtPrecision = recall;
    if (misses / others <= fpr) recallAtFpr = recall;
    if (isFull || hits + misses < first) return;
    isFull = true;
    const [tied, before] = [newHits + newMisses, hits + misses - newHits - newMisses];
    inFirst = hits - newHits + (newHits * (first - before)) / tied;
  });
  return {
    averagePrecision,
    rocAuc: others === 0 ? Number.NaN : rightPairs / (count * others),
    recallAtPrecision,
    recallAtFpr: others === 0 ? Number.NaN : recallAtFpr,
    precisionAtK: inFirst / first,
  };
}

import type { ClassRanking } from '../sweep.js';

/** The rows of a class by falling probability of it, and the other rows between them. */
export interface ClassThresholds {
  /** The distinct probabilities of the class's rows, ascending. */
  readonly scores: Float64Array;
  /** Per distinct probability: rows of the class with it, and other rows with exactly it, and above it but below the next. */
  readonly hits: Uint32Array;
  readonly tied: Uint32Array;
  readonly above: Uint32Array;
  /** Rows of the class, and of all others; those below every row of the class are in no other count. */
  readonly rows: number;
  readonly others: number;
}

/**
 * The thresholds of a class: `column` has its probability for every row, `own` the class's rows. Only the class's own rows are
 * sorted; the others are sought among them, which is what makes it quick.
 */
export function classThresholds(column: Float64Array, own: Int32Array, isOwn: Uint8Array): ClassThresholds {
  const sorted = new Float64Array(own.length);
  for (let at = 0; at < own.length; at++) sorted[at] = column[own[at] as number] as number;
  sorted.sort();
  const counts = new Uint32Array(own.length);
  let distinct = 0;
  for (let at = 0; at < sorted.length; at++) {
    if (at > 0 && sorted[at] !== sorted[distinct - 1]) sorted[distinct++] = sorted[at] as number;
    else if (at === 0) distinct = 1;
    counts[distinct - 1] = (counts[distinct - 1] as number) + 1;
  }
  const scores = sorted.subarray(0, distinct);
  const [tied, above] = [new Uint32Array(distinct), new Uint32Array(distinct)];
  const lowest = scores[0] as number;
  for (let row = 0; row < column.length; row++) {
    const score = column[row] as number;
    if (score < lowest || isOwn[row] === 1) continue;
    const low = placeOf(scores, score);
    const side = scores[low] === score ? tied : above;
    side[low] = (side[low] as number) + 1;
  }
  const hits = counts.subarray(0, distinct);
  return { scores, hits, tied, above, rows: own.length, others: column.length - own.length };
}

/** The last of the ascending scores that is not above a score, which is not below the first. */
function placeOf(scores: Float64Array, score: number): number {
  // Most rows lie just above the lowest, so the search begins there with steps that double.
  let low = 0;
  let high = 1;
  while (high < scores.length && (scores[high] as number) <= score) {
    low = high;
    high *= 2;
  }
  if (high > scores.length) high = scores.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((scores[middle] as number) <= score) low = middle;
    else high = middle;
  }
  return low;
}

/** The rows behind thresholds, the highest first. */
export interface ThresholdRows {
  /** Per threshold, where its parts end: other rows above it but below the one before, others at it, the class's own at it. */
  readonly ends: Int32Array;
  readonly rows: Int32Array;
}

/** The rows behind the thresholds of a class, from the same as those; others below all of its rows are left out. */
export function thresholdRows(
  { scores }: Pick<ClassThresholds, 'scores'>,
  column: Float64Array,
  isOwn: Uint8Array,
): ThresholdRows {
  const last = scores.length - 1;
  const parts = new Int32Array(column.length);
  const ends = new Int32Array(3 * scores.length);
  const lowest = scores[0] as number;
  for (let row = 0; row < column.length; row++) {
    const score = column[row] as number;
    const place = score < lowest ? -1 : placeOf(scores, score);
    const kind = isOwn[row] === 1 ? 2 : Number(scores[place] === score);
    const part = place < 0 ? -1 : 3 * (last - place) + kind;
    parts[row] = part;
    if (part >= 0) ends[part] = (ends[part] as number) + 1;
  }
  let before = 0;
  for (let part = 0; part < ends.length; part++) {
    const count = ends[part] as number;
    ends[part] = before;
    before += count;
  }
  const rows = new Int32Array(before);
  for (let row = 0; row < column.length; row++) {
    const part = parts[row] as number;
    if (part < 0) continue;
    const at = ends[part] as number;
    rows[at] = row;
    ends[part] = at + 1;
  }
  return { ends, rows };
}

/** Rows with at least one of the class's own probabilities: a point of its curves. */
export interface Threshold {
  readonly score: number;
  readonly hits: number;
  readonly misses: number;
}

/** Every threshold that finds another row of the class, the highest first. */
export function thresholdsOf({ scores, hits, tied, above }: ClassThresholds): readonly Threshold[] {
  const points: Threshold[] = [];
  let [found, wrong] = [0, 0];
  for (let at = scores.length - 1; at >= 0; at--) {
    found += hits[at] as number;
    wrong += (above[at] as number) + (tied[at] as number);
    points.push({ score: scores[at] as number, hits: found, misses: wrong });
  }
  return points;
}

/** The settings of the metrics of a ranking. */
export interface RankingLimits {
  readonly precision: number;
  readonly fpr: number;
  /** Undefined: as many as the class has rows. */
  readonly k?: number | undefined;
}

/**
 * average_precision_score, roc_auc_score, the highest recall of precision_recall_curve and of roc_curve within a limit, and the
 * precision of the first k rows, of which those that are tied at the end count in proportion. The class has rows.
 */
export function classRanking(
  thresholds: ClassThresholds,
  { precision, fpr, k }: RankingLimits,
): ClassRanking {
  const { scores, hits, tied, above, rows, others } = thresholds;
  const first = Math.min(rows + others, k ?? rows);
  let [averagePrecision, wrongPairs, recallAtPrecision, recallAtFpr] = [0, 0, 0, 0];
  let [found, wrong] = [0, 0];
  let inFirst = -1;
  for (let at = scores.length - 1; at >= 0; at--) {
    const [own, same] = [hits[at] as number, tied[at] as number];
    wrong += above[at] as number;
    wrongPairs += own * (wrong + same / 2);
    if (inFirst < 0 && found + wrong >= first) inFirst = found;
    if (inFirst < 0 && found + wrong + own + same >= first) {
      inFirst = found + (own * (first - found - wrong)) / (own + same);
    }
    found += own;
    wrong += same;
    averagePrecision += (own / rows) * (found / (found + wrong));
    if (found / (found + wrong) >= precision) recallAtPrecision = found / rows;
    if (wrong / others <= fpr) recallAtFpr = found / rows;
  }
  return {
    averagePrecision,
    rocAuc: others === 0 ? Number.NaN : 1 - wrongPairs / (rows * others),
    recallAtPrecision,
    recallAtFpr: others === 0 ? Number.NaN : recallAtFpr,
    precisionAtK: (inFirst < 0 ? rows : inFirst) / first,
  };
}

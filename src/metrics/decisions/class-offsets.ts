import { LOGIT_STEPS } from '../../sweep.js';
import type { ScoredRows } from './scored-rows.js';

/** Rounds over all classes; a later one seldom changes anything. */
const ROUNDS = 2;
/** Rows that are looked at; of more, every second, third … */
const MOST_ROWS = 8_000;
/** A smaller gain in macro-F1 does not move an offset. */
const LEAST_GAIN = 1e-9;

/**
 * Offsets of the logits, in nats, under which the arg-max has a high macro-F1 on these rows: class by class, the fewest rows
 * first, the offset that is best while the others stay (coordinate ascent). Every offset between two rows' margins decides alike,
 * so only one between each two is tried.
 */
export function bestOffsets(rows: ScoredRows, tuning: readonly number[]): readonly number[] {
  const classes = rows.trainSupport.length;
  const step = Math.ceil(tuning.length / MOST_ROWS);
  const seen = tuning.filter((_, at) => at % step === 0);
  const counts = new Float64Array(classes);
  for (const row of seen)
    counts[rows.labels[row] as number] = (counts[rows.labels[row] as number] as number) + 1;
  const measured = [...counts.keys()].filter((cls) => (counts[cls] as number) > 0);
  const order = measured.toSorted((a, b) => (counts[a] as number) - (counts[b] as number));
  const offsets = new Float64Array(classes);
  for (let round = 0; round < ROUNDS; round++) {
    for (const cls of order) offsets[cls] = bestOffset(rows, seen, { cls, offsets, measured, counts });
  }
  return [...offsets];
}

interface OffsetSearch {
  readonly cls: number;
  readonly offsets: Float64Array;
  readonly measured: readonly number[];
  /** Rows of each class. */
  readonly counts: Float64Array;
}

function bestOffset(
  { logits, labels }: ScoredRows,
  seen: readonly number[],
  { cls, offsets, measured, counts }: OffsetSearch,
): number {
  const classes = offsets.length;
  const margins = new Float64Array(seen.length);
  const rivals = new Uint16Array(seen.length);
  const [predicted, hits] = [new Float64Array(classes), new Float64Array(classes)];
  for (const [at, row] of seen.entries()) {
    let [best, rival] = [Number.NEGATIVE_INFINITY, 0];
    for (let j = 0; j < classes; j++) {
      if (j === cls) continue;
      const value = (offsets[j] as number) - (logits[row * classes + j] as number) / LOGIT_STEPS;
      if (value > best) [best, rival] = [value, j];
    }
    margins[at] = best + (logits[row * classes + cls] as number) / LOGIT_STEPS;
    rivals[at] = rival;
    predicted[rival] = (predicted[rival] as number) + 1;
    if (labels[row] === rival) hits[rival] = (hits[rival] as number) + 1;
  }
  const f1 = (j: number) =>
    (counts[j] as number) === 0
      ? 0
      : (2 * (hits[j] as number)) / ((counts[j] as number) + (predicted[j] as number));
  const order = Uint32Array.from(seen.keys()).sort((a, b) => (margins[a] as number) - (margins[b] as number));
  const current = offsets[cls] as number;
  let sum = measured.reduce((total, j) => total + f1(j), 0);
  let [top, offset, atCurrent] = [sum, (margins[order[0] as number] as number) - 1, Number.NaN];
  for (const [place, at] of order.entries()) {
    const margin = margins[at] as number;
    if (Number.isNaN(atCurrent) && margin >= current) atCurrent = sum;
    const rival = rivals[at] as number;
    const label = labels[seen[at] as number] as number;
    sum -= f1(rival) + f1(cls);
    predicted[rival] = (predicted[rival] as number) - 1;
    predicted[cls] = (predicted[cls] as number) + 1;
    if (label === rival) hits[rival] = (hits[rival] as number) - 1;
    if (label === cls) hits[cls] = (hits[cls] as number) + 1;
    sum += f1(rival) + f1(cls);
    const next = order[place + 1];
    const above = next === undefined ? margin + 2 : (margins[next] as number);
    if (above > margin && sum > top + LEAST_GAIN) [top, offset] = [sum, (margin + above) / 2];
  }
  if (Number.isNaN(atCurrent)) atCurrent = sum;
  return top > atCurrent + LEAST_GAIN ? offset : current;
}

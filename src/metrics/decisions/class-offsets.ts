import type { ScoredRows } from './scored-rows.js';
import { TopClasses } from './top-classes.js';

/** Rounds over all classes; a later one seldom changes anything. */
const ROUNDS = 2;
/** Rows that are looked at; of more, every second, third … */
const MOST_ROWS = 8_000;
/** A smaller gain in macro-F1 does not move an offset. */
const LEAST_GAIN = 1e-9;
/** Margins that are no further apart count as equal, in nats. */
const SAME = 2 ** -20;

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
  const top = new TopClasses(rows, seen, offsets);
  for (let round = 0; round < ROUNDS; round++) {
    for (const cls of order) {
      const offset = bestOffset(rows, seen, { cls, current: offsets[cls] as number, top, measured, counts });
      if (offset === offsets[cls]) continue;
      offsets[cls] = offset;
      top.move(cls, offset);
    }
  }
  return [...offsets];
}

interface OffsetSearch {
  readonly cls: number;
  /** Its offset. */
  readonly current: number;
  readonly top: TopClasses;
  readonly measured: readonly number[];
  /** Rows of each class. */
  readonly counts: Float64Array;
}

function bestOffset(
  { labels }: ScoredRows,
  seen: readonly number[],
  { cls, current, top, measured, counts }: OffsetSearch,
): number {
  const classes = counts.length;
  const margins = new Float64Array(seen.length);
  const [predicted, hits] = [new Float64Array(classes), new Float64Array(classes)];
  for (let at = 0; at < seen.length; at++) {
    const rival = top.rival(at, cls);
    margins[at] = top.margin(at, cls);
    predicted[rival] = (predicted[rival] as number) + 1;
    if (labels[seen[at] as number] === rival) hits[rival] = (hits[rival] as number) + 1;
  }
  const f1 = (j: number) =>
    (counts[j] as number) === 0
      ? 0
      : (2 * (hits[j] as number)) / ((counts[j] as number) + (predicted[j] as number));
  const order = placesByMargin(margins);
  let sum = measured.reduce((total, j) => total + f1(j), 0);
  let [most, offset, atCurrent] = [sum, (margins[order[0] as number] as number) - 1, Number.NaN];
  for (let place = 0; place < order.length; place++) {
    const at = order[place] as number;
    const margin = margins[at] as number;
    if (Number.isNaN(atCurrent) && margin >= current) atCurrent = sum;
    const rival = top.rival(at, cls);
    const label = labels[seen[at] as number] as number;
    sum -= f1(rival) + f1(cls);
    predicted[rival] = (predicted[rival] as number) - 1;
    predicted[cls] = (predicted[cls] as number) + 1;
    if (label === rival) hits[rival] = (hits[rival] as number) - 1;
    if (label === cls) hits[cls] = (hits[cls] as number) + 1;
    sum += f1(rival) + f1(cls);
    const next = order[place + 1];
    const above = next === undefined ? margin + 2 : (margins[next] as number);
    if (above - margin > SAME && sum > most + LEAST_GAIN) [most, offset] = [sum, (margin + above) / 2];
  }
  if (Number.isNaN(atCurrent)) atCurrent = sum;
  return most > atCurrent + LEAST_GAIN ? offset : current;
}

/** Places of the margins in rising order, of equal ones in their own: sorted as whole numbers with the place in the last digits, which is far quicker. */
function placesByMargin(margins: Float64Array): Uint32Array {
  const keys = margins.map((margin, at) => Math.round(margin / SAME) * MOST_ROWS + at).sort();
  return Uint32Array.from(keys, (key) => ((key % MOST_ROWS) + MOST_ROWS) % MOST_ROWS);
}

import type { Metric } from '../../metric.js';
import { LOGIT_STEPS } from '../../sweep.js';
import { type MarginSettings, type Margins, marginSettings } from '../margin-metrics.js';

/** A run's rows of a split with its logits and predictions. */
export interface ScoredRows {
  /** Rows × classes, as `RunResult.validationLogits`. */
  readonly logits: Uint16Array;
  /** The run's prediction of each row: logits are rounded, and this decides ties. */
  readonly predictions: Uint16Array;
  readonly labels: Uint16Array;
  /** Training rows of each class. */
  readonly trainSupport: readonly number[];
  readonly rareClasses: readonly number[];
  /** The sweep's metric, whose parameter counts. */
  readonly metric?: Metric | undefined;
}

/** Some of the rows, and what is added to the logits of each class before the arg-max, in nats. */
export interface ShiftedPart {
  readonly shown: readonly number[];
  readonly offsets: readonly number[];
}

/** Assigns the rows of each class to the two halves in turn. */
export function halvesByClass(labels: Uint16Array): readonly [number[], number[]] {
  const halves: [number[], number[]] = [[], []];
  const seen = new Map<number, number>();
  labels.forEach((label, row) => {
    const count = seen.get(label) ?? 0;
    seen.set(label, count + 1);
    (count % 2 === 0 ? halves[0] : halves[1]).push(row);
  });
  return halves;
}

/** What metrics of these rows need to know. */
export function settingsOf({ trainSupport, rareClasses, metric }: ScoredRows): MarginSettings {
  return marginSettings({ rareClasses, classCount: trainSupport.length, metric });
}

/** Counts of the parts, each under its own offsets. */
export function marginsUnder(rows: ScoredRows, parts: readonly ShiftedPart[]): Margins {
  const decided = rows.predictions.slice();
  for (const { shown, offsets } of parts) decideByOffsets(rows, { shown, offsets }, decided);
  return marginsOf(
    rows,
    parts.flatMap(({ shown }) => shown),
    decided,
  );
}

/** Counts of some rows as they were decided. */
export function marginsOf(
  { labels, trainSupport }: ScoredRows,
  shown: readonly number[],
  decided: Uint16Array,
): Margins {
  const classes = trainSupport.length;
  const empty = () => new Float64Array(classes);
  const margins = { support: empty(), predicted: empty(), hits: empty() };
  const count = (of: Float64Array, at: number): void => {
    of[at] = (of[at] as number) + 1;
  };
  for (const row of shown) {
    const label = labels[row] as number;
    const predicted = decided[row] as number;
    count(margins.support, label);
    count(margins.predicted, predicted);
    if (predicted === label) count(margins.hits, label);
  }
  return margins;
}

/** Writes the arg-max of the shifted logits of a part's rows into `decided`. */
export function decideByOffsets(
  { logits, predictions, trainSupport }: ScoredRows,
  { shown, offsets }: ShiftedPart,
  decided: Uint16Array,
): void {
  const classes = trainSupport.length;
  const handicap = offsets.map((offset) => -offset * LOGIT_STEPS);
  for (const row of shown) {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    decided[row] = lowest(own, handicap, predictions[row] as number);
  }
}

/** The class of the least distance below the top plus handicap; ties go to `first`. */
function lowest(logits: Uint16Array, handicap: readonly number[], first: number): number {
  let best = first;
  let least = (logits[first] as number) + (handicap[first] as number);
  for (let j = 0; j < handicap.length; j++) {
    const value = (logits[j] as number) + (handicap[j] as number);
    if (value < least) {
      least = value;
      best = j;
    }
  }
  return best;
}

/** Mean cross-entropy of rows under softmax(z / T + b), in nats. */
export function logLoss(
  { logits, labels, trainSupport }: ScoredRows,
  shown: readonly number[],
  temperature: number,
  offsets: readonly number[] = trainSupport.map(() => 0),
): number {
  const classes = trainSupport.length;
  const powerOf = powersBelow(1 / temperature);
  const factors = offsets.map(Math.exp);
  let sum = 0;
  for (const row of shown) {
    let partition = 0;
    for (let j = 0; j < classes; j++) {
      partition += powerOf(logits[row * classes + j] as number) * (factors[j] as number);
    }
    const label = labels[row] as number;
    const distance = (logits[row * classes + label] as number) / LOGIT_STEPS;
    sum += Math.log(partition) + distance / temperature - (offsets[label] as number);
  }
  return sum / Math.max(1, shown.length);
}

/** exp(−d / T) of a distance in steps, from tables for its high and its low byte, which have far fewer values than there are logits. */
export function powersBelow(inverse: number): (steps: number) => number {
  const scale = -inverse / LOGIT_STEPS;
  const low = Float64Array.from({ length: 256 }, (_, steps) => Math.exp(steps * scale));
  const high = Float64Array.from({ length: 256 }, (_, steps) => Math.exp(256 * steps * scale));
  return (steps) => (high[steps >> 8] as number) * (low[steps & 255] as number);
}

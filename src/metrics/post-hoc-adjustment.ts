import type { CountMetric, Metric } from '../metric.js';
import { LOGIT_STEPS } from '../sweep.js';
import { type MarginSettings, type Margins, marginMetric, marginSettings } from './margin-metrics.js';

/** A run's validation rows with its logits and predictions. */
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

/** Metrics of rows as they are and as changed after training. */
export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

/** The effect of changing a run's logits after training; every row is measured under the value that the other half of the rows chose. */
export interface LogitAdjustment {
  /** Mean over the halves. */
  readonly tau: number;
  readonly temperature: number;
  readonly macro_f1: BeforeAfter;
  readonly rare_recall: BeforeAfter;
  /** In nats; of temperature alone. */
  readonly log_loss: BeforeAfter;
}

/** Values of τ that are tried; 1 minimises the balanced error if the logits are calibrated. */
const TAUS = Array.from({ length: 9 }, (_, step) => step / 4);
const TEMPERATURES = { low: 0.1, high: 10 } as const;
/** Most steps of the search for the best temperature, and its tolerance. */
const SEARCH = { steps: 40, tolerance: 1e-7 } as const;

/**
 * Logit adjustment, arg-max of z_c − τ · log π_c with π the classes' shares of the training rows (Menon et al. 2021,
 * "Long-tail learning via logit adjustment"), τ by `metric`; and temperature, softmax(z / T), T by log-loss (Guo et al. 2017,
 * "On calibration of modern neural networks"). Tuned on each half of the rows, class by class, and measured on the other.
 */
export function adjustLogits(rows: ScoredRows, metric: CountMetric): LogitAdjustment {
  const halves = halvesByClass(rows.labels);
  const folds = [0, 1].map((half) => {
    const [tuning, shown] = half === 0 ? halves : halves.toReversed();
    const tau = bestTau(rows, tuning as number[], metric);
    const temperature = bestTemperature(rows, tuning as number[]);
    return { shown: shown as number[], tau, temperature };
  });
  const all = halves.flat();
  const settings = settingsOf(rows);
  const before = marginsOf(rows, [{ shown: all, tau: 0 }]);
  const after = marginsOf(rows, folds);
  const compare = (name: CountMetric): BeforeAfter => ({
    before: marginMetric(name, before, settings),
    after: marginMetric(name, after, settings),
  });
  const loss = folds.reduce(
    (sum, { shown, temperature }) => sum + shown.length * logLoss(rows, shown, temperature),
    0,
  );
  return {
    tau: mean(folds.map(({ tau }) => tau)),
    temperature: mean(folds.map(({ temperature }) => temperature)),
    macro_f1: compare('macro_f1'),
    rare_recall: compare('rare_recall'),
    log_loss: { before: logLoss(rows, all, 1), after: loss / Math.max(1, all.length) },
  };
}

/** Assigns the rows of each class to the two halves in turn. */
function halvesByClass(labels: Uint16Array): readonly [number[], number[]] {
  const halves: [number[], number[]] = [[], []];
  const seen = new Map<number, number>();
  labels.forEach((label, row) => {
    const count = seen.get(label) ?? 0;
    seen.set(label, count + 1);
    (count % 2 === 0 ? halves[0] : halves[1]).push(row);
  });
  return halves;
}

function bestTau(rows: ScoredRows, tuning: readonly number[], metric: CountMetric): number {
  const settings = settingsOf(rows);
  const scores = TAUS.map((tau) => marginMetric(metric, marginsOf(rows, [{ shown: tuning, tau }]), settings));
  return TAUS[scores.indexOf(Math.max(...scores))] as number;
}

function settingsOf({ trainSupport, rareClasses, metric }: ScoredRows): MarginSettings {
  return marginSettings({ rareClasses, classCount: trainSupport.length, metric });
}

function marginsOf(
  { logits, labels, predictions, trainSupport }: ScoredRows,
  parts: readonly { readonly shown: readonly number[]; readonly tau: number }[],
): Margins {
  const classes = trainSupport.length;
  const empty = () => new Float64Array(classes);
  const margins = { support: empty(), predicted: empty(), hits: empty() };
  const total = trainSupport.reduce((sum, count) => sum + count, 0);
  const count = (of: Float64Array, at: number): void => {
    of[at] = (of[at] as number) + 1;
  };
  for (const { shown, tau } of parts) {
    // A class without training rows is never predicted by its prior: log 0 would make it win every row.
    const handicap = trainSupport.map((own) =>
      tau === 0 ? 0 : tau * Math.log(Math.max(own, 1) / total) * LOGIT_STEPS,
    );
    for (const row of shown) {
      const label = labels[row] as number;
      const predicted = lowest(
        logits.subarray(row * classes, (row + 1) * classes),
        handicap,
        predictions[row] as number,
      );
      count(margins.support, label);
      count(margins.predicted, predicted);
      if (predicted === label) count(margins.hits, label);
    }
  }
  return margins;
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

function logLoss(
  { logits, labels, trainSupport }: ScoredRows,
  shown: readonly number[],
  temperature: number,
): number {
  const classes = trainSupport.length;
  const powerOf = powersBelow(1 / temperature);
  let sum = 0;
  for (const row of shown) {
    let partition = 0;
    for (let j = 0; j < classes; j++) partition += powerOf(logits[row * classes + j] as number);
    const distance = (logits[row * classes + (labels[row] as number)] as number) / LOGIT_STEPS;
    sum += Math.log(partition) + distance / temperature;
  }
  return sum / Math.max(1, shown.length);
}

/** exp(−d / T) of a distance in steps, from tables for its high and its low byte, which have far fewer values than there are logits. */
function powersBelow(inverse: number): (steps: number) => number {
  const scale = -inverse / LOGIT_STEPS;
  const low = Float64Array.from({ length: 256 }, (_, steps) => Math.exp(steps * scale));
  const high = Float64Array.from({ length: 256 }, (_, steps) => Math.exp(256 * steps * scale));
  return (steps) => (high[steps >> 8] as number) * (low[steps & 255] as number);
}

/** Newton's method on 1 / T, in which the log-loss is convex; a step out of the bracket of the minimum bisects it instead. */
function bestTemperature(rows: ScoredRows, tuning: readonly number[]): number {
  let [low, high] = [1 / TEMPERATURES.high, 1 / TEMPERATURES.low];
  let inverse = 1;
  for (let step = 0; step < SEARCH.steps && high - low > SEARCH.tolerance; step++) {
    const { slope, curvature } = logLossSlope(rows, tuning, inverse);
    if (slope === 0) break;
    if (slope > 0) high = inverse;
    else low = inverse;
    const next = inverse - slope / curvature;
    const inside = next > low && next < high;
    if (inside && Math.abs(next - inverse) < SEARCH.tolerance) break;
    inverse = inside ? next : Math.sqrt(low * high);
  }
  return 1 / inverse;
}

/**
 * First and second derivative of the rows' log-loss with regard to 1 / T: with d a class's distance below the top, the target's
 * d less its mean under softmax(z / T), and its variance there.
 */
function logLossSlope(
  { logits, labels, trainSupport }: ScoredRows,
  rows: readonly number[],
  inverse: number,
): { readonly slope: number; readonly curvature: number } {
  const classes = trainSupport.length;
  const powerOf = powersBelow(inverse);
  let slope = 0;
  let curvature = 0;
  for (const row of rows) {
    let [weight, first, second] = [0, 0, 0];
    for (let at = row * classes, end = at + classes; at < end; at++) {
      const power = powerOf(logits[at] as number);
      const distance = (logits[at] as number) / LOGIT_STEPS;
      weight += power;
      first += power * distance;
      second += power * distance * distance;
    }
    const mean = first / weight;
    slope += (logits[row * classes + (labels[row] as number)] as number) / LOGIT_STEPS - mean;
    curvature += second / weight - mean * mean;
  }
  return { slope, curvature };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

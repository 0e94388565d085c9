import type { CountMetric } from '../../metric.js';
import { LOGIT_STEPS } from '../../sweep.js';
import { marginMetric } from '../margin-metrics.js';
import {
  halvesByClass,
  logLoss,
  marginsUnder,
  powersBelow,
  type ScoredRows,
  settingsOf,
} from './scored-rows.js';

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
  const before = marginsUnder(rows, [{ shown: all, offsets: none(rows) }]);
  const after = marginsUnder(
    rows,
    folds.map(({ shown, tau }) => ({ shown, offsets: tauOffsets(rows, tau) })),
  );
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

/** τ · −log π_c, added to the logits. A class without training rows counts as one row: log 0 would make it win every row. */
export function tauOffsets({ trainSupport }: ScoredRows, tau: number): readonly number[] {
  const total = trainSupport.reduce((sum, count) => sum + count, 0);
  return trainSupport.map((own) => (tau === 0 ? 0 : -tau * Math.log(Math.max(own, 1) / total)));
}

function none({ trainSupport }: ScoredRows): readonly number[] {
  return trainSupport.map(() => 0);
}

/** The τ that is best for the metric on these rows. */
export function bestTau(rows: ScoredRows, tuning: readonly number[], metric: CountMetric): number {
  const settings = settingsOf(rows);
  const scores = TAUS.map((tau) => {
    const margins = marginsUnder(rows, [{ shown: tuning, offsets: tauOffsets(rows, tau) }]);
    return marginMetric(metric, margins, settings);
  });
  return TAUS[scores.indexOf(Math.max(...scores))] as number;
}

/** Newton's method on 1 / T, in which the log-loss is convex; a step out of the bracket of the minimum bisects it instead. */
export function bestTemperature(rows: ScoredRows, tuning: readonly number[]): number {
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

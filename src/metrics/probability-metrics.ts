import {
  isProbabilityMetric,
  METRIC_NAMES,
  type Metric,
  type ProbabilityMetric,
  parameterValue,
} from '../metric.js';
import type { ClassRanking } from '../sweep.js';
import { type ClassScores, classRanking } from './class-ranking.js';

/** The probabilities that were given to rows. */
export interface RowProbabilities {
  /** rows × classes, row-major. */
  readonly probabilities: Float64Array;
  /** The true class of each row. */
  readonly targets: Int32Array | Uint16Array;
  readonly classes: number;
}

export type ProbabilityValues = { readonly [name in ProbabilityMetric]: number };

/** Metrics of a split, and of its classes: undefined for a class without rows. */
export interface ProbabilityScores {
  readonly metrics: ProbabilityValues;
  readonly rankings: readonly (ClassRanking | undefined)[];
}

/** Of rows without probabilities. */
export const NO_PROBABILITIES = Object.fromEntries(
  METRIC_NAMES.filter(isProbabilityMetric).map((name) => [name, Number.NaN]),
) as ProbabilityValues;

const CALIBRATION_BINS = 15;

/** Softmax of logits, rows × classes, in float64. */
export function softmax(logits: Float32Array, classes: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    let largest = logits[start] as number;
    for (let j = 1; j < classes; j++) largest = Math.max(largest, logits[start + j] as number);
    let total = 0;
    for (let at = start; at < start + classes; at++) {
      const power = Math.exp((logits[at] as number) - largest);
      probabilities[at] = power;
      total += power;
    }
    for (let at = start; at < start + classes; at++)
      probabilities[at] = (probabilities[at] as number) / total;
  }
  return probabilities;
}

/**
 * What scikit-learn gives for the same probabilities. Means are over the classes that have rows. Of two classes, those that rank
 * rows are of the second one, which is the smaller. NaN where a probability is not a number, or where nothing can be measured.
 */
export function probabilityMetrics(rows: RowProbabilities, metric?: Metric): ProbabilityScores {
  const { classes, targets } = rows;
  const brier = brierScore(rows);
  if (targets.length === 0 || Number.isNaN(brier)) {
    return { metrics: NO_PROBABILITIES, rankings: Array.from({ length: classes }, () => undefined) };
  }
  const limits = {
    precision: parameterValue('recall_at_precision', metric) as number,
    fpr: parameterValue('recall_at_fpr', metric) as number,
    k: parameterValue('precision_at_k', metric),
  };
  const rankings = classScores(rows).map((scores) =>
    scores.own.length === 0 ? undefined : classRanking(scores, limits),
  );
  const counted = classes === 2 ? rankings.slice(1) : rankings;
  const mean = (pick: (ranking: ClassRanking) => number): number => {
    const values = counted.flatMap((ranking) => ranking ?? []).map(pick);
    const known = values.filter((value) => !Number.isNaN(value));
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const metrics = {
    average_precision: mean(({ averagePrecision }) => averagePrecision),
    roc_auc: mean(({ rocAuc }) => rocAuc),
    brier,
    ece: calibrationError(rows),
    recall_at_precision: mean(({ recallAtPrecision }) => recallAtPrecision),
    recall_at_fpr: mean(({ recallAtFpr }) => recallAtFpr),
    precision_at_k: mean(({ precisionAtK }) => precisionAtK),
  };
  return { metrics, rankings };
}

/** Per class, the probabilities of its own rows and of those above the lowest of them. */
export function classScores({ probabilities, targets, classes }: RowProbabilities): readonly ClassScores[] {
  const rows = targets.length;
  const buffer = new Float64Array(rows);
  return Array.from({ length: classes }, (_, cls) => {
    let count = 0;
    let lowest = Number.POSITIVE_INFINITY;
    for (let row = 0; row < rows; row++) {
      if (targets[row] !== cls) continue;
      const score = probabilities[row * classes + cls] as number;
      buffer[count++] = score;
      if (score < lowest) lowest = score;
    }
    const own = buffer.slice(0, count).sort();
    let above = 0;
    for (let row = 0; row < rows; row++) {
      const score = probabilities[row * classes + cls] as number;
      if (score >= lowest && targets[row] !== cls) buffer[above++] = score;
    }
    return { own, above: buffer.slice(0, above).sort(), others: rows - count };
  });
}

/** brier_score_loss with `scale_by_half='auto'`: 0 to 2, and of two classes half of that. */
function brierScore({ probabilities, targets, classes }: RowProbabilities): number {
  let sum = 0;
  for (let row = 0, at = 0; row < targets.length; row++) {
    for (let j = 0; j < classes; j++, at++) {
      const distance = (probabilities[at] as number) - Number(targets[row] === j);
      sum += distance * distance;
    }
  }
  return sum / targets.length / (classes === 2 ? 2 : 1);
}

/** A bin of the reliability diagram: rows whose top probability lies above its lower and not above its upper edge. */
export interface CalibrationBin {
  readonly rows: number;
  /** Mean of the top probability, and share of rows whose true class has it. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** The bins of the top probability (Guo et al. 2017), the lowest first; ties of the top go to the lowest class. */
export function calibrationBins({
  probabilities,
  targets,
  classes,
}: RowProbabilities): readonly CalibrationBin[] {
  const sums = Array.from({ length: CALIBRATION_BINS }, () => ({ rows: 0, confidence: 0, hits: 0 }));
  for (let row = 0; row < targets.length; row++) {
    const start = row * classes;
    let best = 0;
    for (let j = 1; j < classes; j++) {
      if ((probabilities[start + j] as number) > (probabilities[start + best] as number)) best = j;
    }
    const top = probabilities[start + best] as number;
    const bin = sums[Math.max(0, Math.ceil(top * CALIBRATION_BINS) - 1)];
    if (bin === undefined) continue;
    bin.rows++;
    bin.confidence += top;
    if (best === targets[row]) bin.hits++;
  }
  return sums.map(({ rows, confidence, hits }) => ({
    rows,
    confidence: confidence / rows,
    accuracy: hits / rows,
  }));
}

/** Mean over the rows of the distance between confidence and accuracy of their bins. */
function calibrationError(rows: RowProbabilities): number {
  const bins = calibrationBins(rows).filter((bin) => bin.rows > 0);
  const sum = bins.reduce((total, bin) => total + bin.rows * Math.abs(bin.confidence - bin.accuracy), 0);
  return sum / rows.targets.length;
}

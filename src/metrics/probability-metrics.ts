import { type Metric, type ProbabilityMetric, parameterValue } from '../metric.js';
import type { ClassRanking } from '../sweep.js';
import { type ClassThresholds, classRanking, classThresholds } from './class-ranking.js';
import { groupRows } from './group-rows.js';

/** The probabilities that were given to rows. */
export interface RowProbabilities {
  /** One column of all rows per class, column after column. */
  readonly columns: Float64Array;
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
export const NO_PROBABILITIES: ProbabilityValues = {
  average_precision: Number.NaN,
  roc_auc: Number.NaN,
  brier: Number.NaN,
  ece: Number.NaN,
  recall_at_precision: Number.NaN,
  recall_at_fpr: Number.NaN,
  precision_at_k: Number.NaN,
};

const CALIBRATION_BINS = 15;

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
  const rankings = allThresholds(rows).map((thresholds) => thresholds && classRanking(thresholds, limits));
  const counted = classes === 2 ? rankings.slice(1) : rankings;
  const mean = (name: keyof ClassRanking): number => {
    const values = counted.flatMap((ranking) => ranking?.[name] ?? []);
    const known = values.filter((value) => !Number.isNaN(value));
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const metrics = {
    average_precision: mean('averagePrecision'),
    roc_auc: mean('rocAuc'),
    brier,
    ece: calibrationError(rows),
    recall_at_precision: mean('recallAtPrecision'),
    recall_at_fpr: mean('recallAtFpr'),
    precision_at_k: mean('precisionAtK'),
  };
  return { metrics, rankings };
}

/** The thresholds of each class; undefined for one without rows. */
export function allThresholds({
  columns,
  targets,
  classes,
}: RowProbabilities): readonly (ClassThresholds | undefined)[] {
  const rows = targets.length;
  const isOwn = new Uint8Array(rows);
  return groupRows(targets, classes).map((own, cls) => {
    if (own.length === 0) return undefined;
    for (const row of own) isOwn[row] = 1;
    const thresholds = classThresholds(columns.subarray(cls * rows, (cls + 1) * rows), own, isOwn);
    for (const row of own) isOwn[row] = 0;
    return thresholds;
  });
}

/** Probabilities in rows of classes as columns. */
export function columnsOf(probabilities: Float32Array | Float64Array, classes: number): Float64Array {
  const rows = probabilities.length / classes;
  const columns = new Float64Array(probabilities.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let j = 0; j < classes; j++, at++) columns[j * rows + row] = probabilities[at] as number;
  }
  return columns;
}

/** brier_score_loss with `scale_by_half='auto'`: 0 to 2, and of two classes half of that. Σ (p_j − [j = t])² = Σ p_j² − 2 p_t + 1. */
function brierScore({ columns, targets, classes }: RowProbabilities): number {
  const rows = targets.length;
  let squares = 0;
  for (let at = 0; at < columns.length; at++) squares += (columns[at] as number) * (columns[at] as number);
  let right = 0;
  for (let row = 0; row < rows; row++) right += columns[(targets[row] as number) * rows + row] as number;
  return (squares - 2 * right + rows) / rows / (classes === 2 ? 2 : 1);
}

/** A bin of the reliability diagram: rows whose top probability lies above its lower and not above its upper edge. */
export interface CalibrationBin {
  readonly rows: number;
  /** Mean of the top probability, and share of rows whose true class has it. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** The bins of the top probability (Guo et al. 2017), the lowest first; ties of the top go to the lowest class. */
export function calibrationBins({ columns, targets, classes }: RowProbabilities): readonly CalibrationBin[] {
  const rows = targets.length;
  const top = columns.slice(0, rows);
  const best = new Uint16Array(rows);
  for (let j = 1, at = rows; j < classes; j++) {
    for (let row = 0; row < rows; row++, at++) {
      if ((columns[at] as number) <= (top[row] as number)) continue;
      top[row] = columns[at] as number;
      best[row] = j;
    }
  }
  const sums = Array.from({ length: CALIBRATION_BINS }, () => ({ rows: 0, confidence: 0, hits: 0 }));
  for (let row = 0; row < rows; row++) {
    const bin = sums[Math.max(0, Math.ceil((top[row] as number) * CALIBRATION_BINS) - 1)];
    if (bin === undefined) continue;
    bin.rows++;
    bin.confidence += top[row] as number;
    if (best[row] === targets[row]) bin.hits++;
  }
  return sums.map(({ rows: count, confidence, hits }) => ({
    rows: count,
    confidence: confidence / count,
    accuracy: hits / count,
  }));
}

/** Mean over the rows of the distance between confidence and accuracy of their bins. */
function calibrationError(rows: RowProbabilities): number {
  const bins = calibrationBins(rows).filter((bin) => bin.rows > 0);
  const sum = bins.reduce((total, bin) => total + bin.rows * Math.abs(bin.confidence - bin.accuracy), 0);
  return sum / rows.targets.length;
}

/** Probabilities are clipped to [ε, 1 − ε], as scikit-learn's log_loss does with float64. */
const EPSILON = 2 ** -52;

/** The sum over rows of −log of the probability of their class, in nats. */
export function crossEntropySum(rows: number, probabilityOf: (row: number) => number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    sum -= Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, probabilityOf(row))));
  }
  return sum;
}

import { type Metric, type ProbabilityMetric, parameterValue, type ScoredMetric } from '../metric.js';
import type { ClassRanking } from '../sweep.js';
import { type ClassThresholds, classRanking, classThresholds, type RankingLimits } from './class-ranking.js';
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

export const CALIBRATION_BINS = 15;

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
  const rankings = classRankings(rows, metric);
  const metrics = {
    average_precision: meanRanking('average_precision', rankings),
    roc_auc: meanRanking('roc_auc', rankings),
    brier,
    ece: calibrationError(rows),
    recall_at_precision: meanRanking('recall_at_precision', rankings),
    recall_at_fpr: meanRanking('recall_at_fpr', rankings),
    precision_at_k: meanRanking('precision_at_k', rankings),
  };
  return { metrics, rankings };
}

/** One of them alone. */
export function probabilityMetric(name: ProbabilityMetric, rows: RowProbabilities, metric?: Metric): number {
  const brier = brierScore(rows);
  if (rows.targets.length === 0 || Number.isNaN(brier)) return Number.NaN;
  if (name === 'brier') return brier;
  return isRankingMetric(name) ? meanRanking(name, classRankings(rows, metric)) : calibrationError(rows);
}

/** The metrics that are a mean over classes of how well each is ranked, and what they are called of one class. */
export const RANKING_METRICS = {
  average_precision: 'averagePrecision',
  roc_auc: 'rocAuc',
  recall_at_precision: 'recallAtPrecision',
  recall_at_fpr: 'recallAtFpr',
  precision_at_k: 'precisionAtK',
} as const satisfies { readonly [name in ScoredMetric]?: keyof ClassRanking };

export type RankingMetric = keyof typeof RANKING_METRICS;

export function isRankingMetric(name: ScoredMetric): name is RankingMetric {
  return name in RANKING_METRICS;
}

function classRankings(
  rows: RowProbabilities,
  metric: Metric | undefined,
): readonly (ClassRanking | undefined)[] {
  const limits = rankingLimits(metric);
  return allThresholds(rows).map((thresholds) => thresholds && classRanking(thresholds, limits));
}

function meanRanking(name: RankingMetric, rankings: readonly (ClassRanking | undefined)[]): number {
  const counted = rankings.length === 2 ? rankings.slice(1) : rankings;
  const values = counted.flatMap((ranking) => ranking?.[RANKING_METRICS[name]] ?? []);
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The limits of a sweep's metrics. */
export function rankingLimits(metric: Metric | undefined): RankingLimits {
  return {
    precision: parameterValue('recall_at_precision', metric) as number,
    fpr: parameterValue('recall_at_fpr', metric) as number,
    k: parameterValue('precision_at_k', metric),
  };
}

/** The thresholds of each class; undefined for one without rows. */
export function allThresholds(rows: RowProbabilities): readonly (ClassThresholds | undefined)[] {
  return classesAlone(rows, classThresholds);
}

/** What is made of each class's probabilities, its rows, and which rows those are; undefined for one without rows. */
export function classesAlone<Result>(
  { columns, targets, classes }: RowProbabilities,
  of: (column: Float64Array, own: Int32Array, isOwn: Uint8Array) => Result,
): readonly (Result | undefined)[] {
  const rows = targets.length;
  const isOwn = new Uint8Array(rows);
  return groupRows(targets, classes).map((own, cls) => {
    if (own.length === 0) return undefined;
    for (const row of own) isOwn[row] = 1;
    const result = of(columns.subarray(cls * rows, (cls + 1) * rows), own, isOwn);
    for (const row of own) isOwn[row] = 0;
    return result;
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

/** Of each row the bin of its top probability, that probability, and whether its class is right; ties of the top go to the lowest class. */
export interface TopProbabilities {
  readonly bins: Int32Array;
  readonly top: Float64Array;
  readonly isRight: Uint8Array;
}

export function topProbabilities({ columns, targets, classes }: RowProbabilities): TopProbabilities {
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
  const [bins, isRight] = [new Int32Array(rows), new Uint8Array(rows)];
  for (let row = 0; row < rows; row++) {
    bins[row] = Math.max(0, Math.ceil((top[row] as number) * CALIBRATION_BINS) - 1);
    isRight[row] = Number(best[row] === targets[row]);
  }
  return { bins, top, isRight };
}

/** The bins of the top probability (Guo et al. 2017), the lowest first. */
export function calibrationBins(rows: RowProbabilities): readonly CalibrationBin[] {
  const { bins, top, isRight } = topProbabilities(rows);
  const sums = Array.from({ length: CALIBRATION_BINS }, () => ({ rows: 0, confidence: 0, hits: 0 }));
  for (let row = 0; row < bins.length; row++) {
    const bin = sums[bins[row] as number];
    if (bin === undefined) continue;
    bin.rows++;
    bin.confidence += top[row] as number;
    bin.hits += isRight[row] as number;
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

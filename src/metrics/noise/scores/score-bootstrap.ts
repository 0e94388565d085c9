import type { Metric, ScoredMetric } from '../../../metric.js';
import type { ScoreDraws } from '../../../sweep.js';
import { type ClassThresholds, classThresholds, thresholdRows } from '../../class-ranking.js';
import {
  CALIBRATION_BINS,
  classesAlone,
  crossEntropySum,
  isRankingMetric,
  RANKING_METRICS,
  type RankingMetric,
  type RowProbabilities,
  rankingLimits,
  topProbabilities,
} from '../../probability-metrics.js';
import { type BootstrapOptions, MOST_DRAWS } from '../bootstrap.js';
import { DRAWS_AT_ONCE } from '../draw-kernel.js';
import { type MeasuredRows, rowWeights } from './row-weights.js';
import { type BinnedRows, type RankedClass, type ScoreKernel, scoreKernel } from './score-kernel.js';

/** The rows whose probabilities are measured. */
interface ScoredRowSet extends MeasuredRows {
  /** The sweep's metric, whose parameter counts. */
  readonly metric?: Metric | undefined;
}

/** Limit of the work for a run: rows of classes × draws, about two seconds. */
const MOST_RANKED = 2e9;
const FEWEST_DRAWS = 200;

/** Draws of so many rows: 2,000, and fewer if they would take too long. */
export function scoreDrawCount(rows: number, classes: number): number {
  const ranked = rows * (classes === 2 ? 1 : classes);
  return Math.round(Math.min(MOST_DRAWS, Math.max(FEWEST_DRAWS, MOST_RANKED / Math.max(1, ranked))));
}

/**
 * Metrics of probabilities under the draws of rows that `rowBootstrap` makes with the same seed; per run. `columns`: by run, the
 * probabilities of the measured rows, class after class. Rows that are weighed count as often as they weigh, as scikit-learn's
 * `sample_weight` does it.
 */
export function scoreBootstrap(
  rows: ScoredRowSet,
  columns: readonly Float64Array[],
  metrics: readonly ScoredMetric[],
  { draws, seed }: BootstrapOptions,
): readonly ScoreDraws[] {
  const { labels, classCount: classes, rows: own, metric } = rows;
  const targets = own === undefined ? labels : Uint16Array.from(own, (row) => labels[row] as number);
  const runs = columns.map((ofRun) => measuredRun({ columns: ofRun, targets, classes }, metrics, metric));
  const drawn = runs.map(() => metrics.map(() => new Float32Array(draws)));
  const weigh = rowWeights(rows, seed);
  for (let first = 0; first < draws; first += DRAWS_AT_ONCE) {
    const weights = weigh();
    const count = Math.min(DRAWS_AT_ONCE, draws - first);
    runs.forEach((measure, run) => {
      measure(weights).forEach((values, at) => {
        drawn[run]?.[at]?.set(values.subarray(0, count), first);
      });
    });
  }
  return drawn.map((values) => new Map(metrics.map((name, at) => [name, values[at] as Float32Array])));
}

/** Per metric, its value in each of the draws side by side. */
type Measure = (weights: Float64Array) => readonly Float64Array[];

function measuredRun(
  rows: RowProbabilities,
  metrics: readonly ScoredMetric[],
  metric: Metric | undefined,
): Measure {
  const names = metrics.filter((name) => !isRankingMetric(name));
  const ranked = metrics.some(isRankingMetric) ? rankedClasses(rows, metric) : [];
  const kernel = scoreKernel(
    rows.targets.length,
    ranked,
    names.map((name) => ROW_SUMS[name](rows)),
  );
  const scale = 1 / rows.targets.length;
  return (weights) => {
    kernel.weigh(weights);
    const means = meanRankings(kernel, ranked);
    return metrics.map((name) => {
      if (isRankingMetric(name)) return means[RANKING_NAMES.indexOf(name)] as Float64Array;
      return sumOfBins(kernel.add(names.indexOf(name)), name === 'ece' ? CALIBRATION_BINS : 1, scale);
    });
  };
}

/** In the order of the kernel. */
const RANKING_NAMES = Object.keys(RANKING_METRICS) as readonly RankingMetric[];

/** The classes that the means are over. */
function rankedClasses(rows: RowProbabilities, metric: Metric | undefined): readonly RankedClass[] {
  const { precision, fpr, k } = rankingLimits(metric);
  const all = classesAlone(rows, (column, own, isOwn): RankedClass => {
    const thresholds: ClassThresholds = classThresholds(column, own, isOwn);
    const first = Math.min(column.length, k ?? own.length);
    const limits = [own.length, thresholds.others, precision, fpr, first] as const;
    return { ...thresholdRows(thresholds, column, isOwn), limits };
  });
  const counted = rows.classes === 2 ? all.slice(1) : all;
  return counted.filter((ranked) => ranked !== undefined);
}

/** Metrics by position in RANKING_METRICS: means over the classes, of those with a value where one class has all rows. */
function meanRankings(kernel: ScoreKernel, classes: readonly RankedClass[]): readonly Float64Array[] {
  const sums = RANKING_NAMES.map(() => new Float64Array(DRAWS_AT_ONCE));
  classes.forEach((_, cls) => {
    const out = kernel.rank(cls);
    sums.forEach((sum, metric) => {
      for (let draw = 0; draw < DRAWS_AT_ONCE; draw++) {
        sum[draw] = (sum[draw] as number) + (out[metric * DRAWS_AT_ONCE + draw] as number) / classes.length;
      }
    });
  });
  return sums;
}

/** What is added up of rows, by bin; the metric is the sum of the sizes of the bins' sums, per row. */
const ROW_SUMS: {
  readonly [name in Exclude<ScoredMetric, RankingMetric>]: (rows: RowProbabilities) => BinnedRows;
} = {
  log_loss: ({ columns, targets }) =>
    inOneBin(
      Float64Array.from(targets, (target, row) =>
        crossEntropySum(1, () => columns[target * targets.length + row] as number),
      ),
    ),
  brier: ({ columns, targets, classes }) => {
    const rows = targets.length;
    const scale = classes === 2 ? 0.5 : 1;
    const losses = Float64Array.from(
      targets,
      (target, row) => 1 - 2 * (columns[target * rows + row] as number),
    );
    for (let at = 0; at < columns.length; at++) {
      losses[at % rows] = (losses[at % rows] as number) + (columns[at] as number) ** 2;
    }
    return inOneBin(losses.map((loss) => scale * loss));
  },
  ece: (rows) => {
    const { bins, top, isRight } = topProbabilities(rows);
    return {
      bins: CALIBRATION_BINS,
      binOf: bins,
      values: top.map((value, row) => value - (isRight[row] as number)),
    };
  },
};

function inOneBin(values: Float64Array): BinnedRows {
  return { bins: 1, binOf: new Int32Array(values.length), values };
}

function sumOfBins(sums: Float64Array, bins: number, scale: number): Float64Array {
  const total = new Float64Array(DRAWS_AT_ONCE);
  for (let at = 0; at < bins * DRAWS_AT_ONCE; at++) {
    const draw = at % DRAWS_AT_ONCE;
    total[draw] = (total[draw] as number) + scale * Math.abs(sums[at] as number);
  }
  return total;
}

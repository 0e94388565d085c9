import type { ScoredMetric } from '../../../metric.js';
import type { ClassMetrics, Interval } from '../../../sweep.js';
import { drawInterval, Z_975 } from '../../estimates/intervals.js';
import { t975 } from '../../estimates/seed-statistics.js';
import { isRankingMetric, RANKING_METRICS, type RankingMetric } from '../../probability-metrics.js';
import type { BootstrapRows, RowDraws } from '../bootstrap.js';
import type { TrialDraws } from '../combine-noise.js';
import { hiddenOf, NOTHING_HIDDEN, type TrialCounts } from '../few-rows.js';
import { average, type RowNoise, rowNoise, variancesApart } from '../row-noise.js';
import { rowDraws, variance, withoutRuns } from '../splits/pool-bootstrap.js';
import { meanGroups } from '../splits/row-groups.js';
import { effectiveRows } from '../splits/split-counts.js';

/** How well a run ranks the rows of a class. */
export type RankedRows = Pick<ClassMetrics, 'support' | 'ranking'>;

/** A run of a trial. */
export interface ScoredRun {
  /** The metric in each draw of the rows. */
  readonly draws: Float32Array;
  /** By class. */
  readonly classes: readonly RankedRows[];
  /** Which of the rows it was measured on, where each seed has its own. */
  readonly rows?: Uint32Array | undefined;
}

/** The rows that runs are measured on. */
export type ScoredTable = Pick<BootstrapRows, 'labels' | 'classCount' | 'groups'>;

/**
 * The draws of a metric of probabilities, by trial, with the noise that draws of rows cannot show. A metric that ranks is a mean over
 * the rows of a class: of the precision at each of them, of the share of other rows below, or of whether a threshold finds it. A
 * class of one row, and one whose rows all score 0 or 1, hides noise as such a class of predictions does. Metrics of all rows
 * rest on no class, and hide nothing.
 */
export function scoredTrials(
  name: ScoredMetric,
  trials: readonly (readonly ScoredRun[])[],
  table: ScoredTable,
  { draws, values }: { readonly draws: number; readonly values: readonly number[] },
): readonly TrialDraws[] {
  const drawn = trials.map((runs) => drawsOf(runs, draws));
  const noiseOf = (own: RowDraws, trial: number): RowNoise => rowNoise(own, trials[trial]?.length ?? 0);
  const valueAt = (trial: number): number => values[trial] as number;
  if (!isRankingMetric(name)) {
    return drawn.map((own, trial) => {
      const noise = noiseOf(own, trial);
      const reach = reachOf(noise, valueAt(trial), LOGARITHM);
      return withBias(name, { ...own, reach, hidden: NOTHING_HIDDEN }, noise.centre - valueAt(trial));
    });
  }
  const means = trials.map((runs) => classMeans(name, runs, table));
  const widened = drawn.map((own, trial) => widen(own, widening(means[trial] as ClassMeans)));
  const reference = middleScores(means);
  const noises = widened.map(noiseOf);
  const apart = variancesApart(noises, draws);
  return widened.map((own, trial) => {
    const noise = noises[trial] as RowNoise;
    const { counts, effects } = countsOf(means[trial] as ClassMeans, reference, apart[trial] as number);
    const reach = reachOf(noise, valueAt(trial), LOG_ODDS);
    const hidden = hiddenOf(name, counts, effects);
    return withBias(name, { ...own, reach, hidden }, noise.centre - valueAt(trial));
  });
}

/** Of few rows: the one adds up sizes of noise, the other takes the best threshold. */
const COME_OUT_TOO_HIGH: ReadonlySet<ScoredMetric> = new Set(['ece', 'recall_at_precision']);

/**
 * It may come out too high by more than draws show, or not at all. A bin without a gap has a sum whose mean size is σ √(2 / π); draws raise
 * that by √2 − 1 of it, so they show 1 / (1 + √2) of the bias. An own interval reaches that much further down, and as far up as without a
 * bias; differences have what is shown as an error.
 */
function withBias(
  name: ScoredMetric,
  own: TrialDraws & { readonly reach: Interval },
  shown: number,
): TrialDraws {
  if (!COME_OUT_TOO_HIGH.has(name) || shown <= 0) return own;
  const { reach, hidden } = own;
  return {
    ...own,
    reach: { low: reach.low - (1 + Math.SQRT2) * shown, high: reach.high + shown },
    hidden: { ...hidden, unseenDifference: hidden.unseenDifference + shown ** 2 },
  };
}

/** How much wider than of a normal distribution intervals are where a class has few rows, by how much each class adds. */
function widening({ drawn, scores }: ClassMeans): number {
  let [total, squares] = [0, 0];
  scores.forEach((score, cls) => {
    const rows = drawn[cls] as number;
    if (!(rows > 1)) return;
    const part = (score * (1 - score)) / rows;
    if (!(part > 0)) return;
    total += part;
    squares += part ** 2 / (rows - 1);
  });
  if (total === 0) return 1;
  return t975(Math.max(1, Math.round(total ** 2 / squares))) / Z_975;
}

/** What rows explain of how seeds differ stays as it is. */
function widen(own: RowDraws, factor: number): RowDraws {
  const centre = average(own.means);
  return {
    ...own,
    means: own.means.map((value) => centre + factor * (value - centre)),
    runVariance: own.runVariance + (factor ** 2 - 1) * variance(own.means),
  };
}

/** A scale on which errors are alike wherever the value lies. */
interface Scale {
  /** How fast a value changes along the scale. */
  readonly slope: (value: number) => number;
  /** The value so far along it. */
  readonly moved: (value: number, by: number) => number;
}

/** Of a share: errors are in proportion to the distance from 0 or 1. */
const LOG_ODDS: Scale = {
  slope: (share) => share * (1 - share),
  moved: (share, by) => 1 / (1 + ((1 - share) / share) * Math.exp(-by)),
};

/** Of a loss: errors are in proportion to it. */
const LOGARITHM: Scale = { slope: (loss) => loss, moved: (loss, by) => loss * Math.exp(by) };

/**
 * How far a metric may lie from its value: as draws do, and as it may on the scale. Of a sample that is lucky to have no bad rows,
 * few draws have any.
 */
function reachOf({ centre, deviations, variance: ofMean }: RowNoise, value: number, scale: Scale): Interval {
  const drawn = drawInterval(deviations);
  const own = 2 * value - centre;
  const slope = scale.slope(own);
  if (!(slope > 1e-9)) return drawn;
  const by = (Z_975 * Math.sqrt(ofMean)) / slope;
  return {
    low: Math.min(drawn.low, scale.moved(own, -by) - own),
    high: Math.max(drawn.high, scale.moved(own, by) - own),
  };
}

function drawsOf(runs: readonly ScoredRun[], draws: number): RowDraws {
  const own = runs.map((run) => Float64Array.from(run.draws.subarray(0, draws)));
  const drawn = rowDraws(own);
  return runs.some(({ rows }) => rows !== undefined) ? drawn : withoutRuns(drawn);
}

/** By class, means over a trial's runs. */
interface ClassMeans {
  /** Rows, and how many independent ones each is worth. */
  readonly support: Float64Array;
  readonly ratio: Float64Array;
  /** What a draw takes. */
  readonly drawn: Float64Array;
  /** The metric of the class; NaN where it is in no mean. */
  readonly scores: Float64Array;
}

function classMeans(name: RankingMetric, runs: readonly ScoredRun[], table: ScoredTable): ClassMeans {
  const { labels, classCount, groups } = table;
  const mean = (of: (run: ScoredRun, cls: number) => number): Float64Array =>
    Float64Array.from(
      { length: classCount },
      (_, cls) => runs.reduce((sum, run) => sum + of(run, cls), 0) / runs.length,
    );
  const support = mean(({ classes }, cls) => classes[cls]?.support ?? 0);
  const isCounted = (cls: number) => classCount !== 2 || cls === 1;
  const scores = mean(({ classes }, cls) => {
    const ranking = isCounted(cls) ? classes[cls]?.ranking : undefined;
    return ranking?.[RANKING_METRICS[name]] ?? Number.NaN;
  });
  const ofSeeds = runs.flatMap(({ rows }) => rows ?? []);
  const rowsOf = ofSeeds.length === 0 ? [Uint32Array.from(labels.keys())] : ofSeeds;
  const independent = effectiveRows(labels, rowsOf, classCount);
  const grouped = groups && meanGroups({ labels, groups, classCount }, runs);
  return {
    support,
    scores,
    drawn: grouped?.count ?? support,
    // How alike the rows of a group score is not known, so a group counts as one row.
    ratio: independent.map((rows, cls) => {
      const count = Math.max(1, support[cls] as number);
      return (rows / count) * (grouped === undefined ? 1 : (grouped.effective[cls] as number) / count);
    }),
  };
}

/** By class, the middle of the trials' scores: where most trials find every row, it is all of them. */
function middleScores(trials: readonly ClassMeans[]): Float64Array {
  return Float64Array.from(trials[0]?.scores ?? [], (_, cls) => {
    const known = trials.map(({ scores }) => scores[cls] as number).filter((score) => !Number.isNaN(score));
    return known.sort((a, b) => a - b)[known.length >> 1] ?? Number.NaN;
  });
}

/**
 * Counts of scores as if each row scored 0 or 1, which is as unlike as rows of a class can be. `apart`: variance of the metric over draws
 * without what they do to all trials alike, which says how unlike the rows' differences from the other trials are.
 */
function countsOf(
  { support, ratio, drawn, scores }: ClassMeans,
  reference: Float64Array,
  apart: number,
): { readonly counts: TrialCounts; readonly effects: Float64Array } {
  const isMeasured = scores.map((score) => Number(!Number.isNaN(score)));
  const classes = isMeasured.reduce((sum, own) => sum + own, 0);
  const effects = support.map((rows, cls) => (isMeasured[cls] === 1 ? 1 / (classes * rows) : 0));
  const ofClass = (of: (cls: number) => number) =>
    support.map((_, cls) => (isMeasured[cls] === 1 ? of(cls) : 0));
  const isEnd = (score: number) => score * (1 - score) < 1e-9;
  const isSame = (cls: number) =>
    drawn[cls] === 1 || (isEnd(scores[cls] as number) && isEnd(reference[cls] as number));
  const rowsOf = (cls: number) => support[cls] as number;
  const difference = (cls: number) => (scores[cls] as number) - (reference[cls] as number);
  const seen = effects.reduce((sum, effect, cls) => {
    if (effect === 0 || isSame(cls)) return sum;
    return sum + (effect ** 2 * rowsOf(cls)) / (ratio[cls] as number);
  }, 0);
  const ofRow = seen === 0 ? 0 : apart / seen;
  const hits = ofClass((cls) => rowsOf(cls) * (scores[cls] as number));
  return {
    effects,
    counts: {
      margins: { support, hits, predicted: support },
      squaredHits: hits,
      apart: ofClass((cls) => rowsOf(cls) * difference(cls)),
      apartSquared: ofClass((cls) => rowsOf(cls) * (difference(cls) ** 2 + (isSame(cls) ? 0 : ofRow))),
      ratio,
      drawn,
    },
  };
}

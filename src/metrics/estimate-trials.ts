import { randomStream } from '../random.js';
import type { JointEstimates } from './comparisons.js';
import { drawInterval, type Interval } from './intervals.js';
import type { CountMetric } from './margin-metrics.js';
import { type BootstrapOptions, type BootstrapRows, type RowDraws, rowBootstrap } from './row-bootstrap.js';
import { seedNoise, seedSpread } from './seed-noise.js';
import { meanRecalls, worstRecallBound } from './worst-recall-bound.js';

/** A metric of a trial, as expected of a new seed on new rows of the same kind. */
export interface Estimate {
  /** Mean over seeds on the rows at hand. */
  readonly mean: number;
  /** 95 %: from the sampling of rows and from seeds. */
  readonly interval: Interval;
  /** Standard error of the mean from the sampling of rows; NaN where the metric does not follow from predictions. */
  readonly rowError: number;
  /** Standard deviation between seeds beyond what the sampling of rows explains; NaN for one seed. */
  readonly seedSd: number;
}

/** One metric of every trial. */
export interface TrialEstimates extends JointEstimates {
  readonly estimates: readonly Estimate[];
}

/** Per trial, the metric's value of every seed. */
export type SeedValues = readonly ReadonlyMap<number, number>[];

/** Estimates metrics of all trials from predictions on the same rows and from the values of their seeds. */
export function estimateTrials<Name extends CountMetric>(
  rows: BootstrapRows,
  values: { readonly [name in Name]: SeedValues },
  options: BootstrapOptions,
): { readonly [name in Name]: TrialEstimates } {
  const names = Object.keys(values) as Name[];
  const draws = rowBootstrap(rows, names, options);
  const entries = names.map((name, index) => {
    const rowDraws = draws.get(name) as readonly RowDraws[];
    const lowest = name === 'mcc' ? -1 : 0;
    const combined = combine(rowDraws, values[name], { ...options, lowest, highest: 1, stream: index + 1 });
    return [name, name === 'worst_recall' ? boundWorstRecall(combined, rows) : combined] as const;
  });
  return Object.fromEntries(entries) as { [name in Name]: TrialEstimates };
}

/** Raises upper ends to what the classes that may be the worst allow. */
function boundWorstRecall(
  combined: TrialEstimates,
  { labels, classCount, trials }: BootstrapRows,
): TrialEstimates {
  const support = Array.from({ length: classCount }, () => 0);
  for (const label of labels) support[label] = (support[label] ?? 0) + 1;
  const estimates = combined.estimates.map((estimate, trial) => {
    const { low, high } = estimate.interval;
    const bound = worstRecallBound(meanRecalls(labels, trials[trial] ?? [], support), support);
    return { ...estimate, interval: { low, high: Math.max(high, bound) } };
  });
  return { ...combined, estimates };
}

/** The same for a metric that does not follow from predictions: from its seeds alone. */
export function estimateFromSeeds(values: SeedValues, options: BootstrapOptions): TrialEstimates {
  const none = values.map(() => ({ means: new Float64Array(options.draws), runVariance: 0 }));
  const combined = combine(none, values, { ...options, lowest: 0, highest: Infinity, stream: 0xffff });
  return {
    ...combined,
    estimates: combined.estimates.map((estimate) => ({ ...estimate, rowError: Number.NaN })),
  };
}

interface Combination extends BootstrapOptions {
  /** Keeps the seed noise of different metrics apart. */
  readonly stream: number;
  /** The values that the metric can have. */
  readonly lowest: number;
  readonly highest: number;
}

/**
 * Puts the noise of seeds on top of the draws of rows. The draws' own bias, mean of draws less what was observed, is taken off
 * the interval; it is a part of what the worst recall's minimum over classes comes out too low by.
 */
function combine(rowDraws: readonly RowDraws[], values: SeedValues, options: Combination): TrialEstimates {
  const spread = seedSpread(values);
  const deviations: Float64Array[] = [];
  const estimates = rowDraws.map(({ means, runVariance }, trial): Estimate => {
    const seeds = values[trial]?.size ?? 0;
    const own = [...(values[trial]?.values() ?? [])];
    const mean = average(own);
    const centre = average(means);
    const errorVariance = average(means.map((value) => (value - centre) ** 2));
    const rowVariance = interaction(runVariance, errorVariance, seeds);
    const variance = spread.variances[trial] ?? 0;
    const degrees = spread.degrees[trial] ?? 0;
    const stream = randomStream(options.seed, 'resample', options.stream, trial + 1);
    const noise = seedNoise({ variance, degrees, rowVariance, seeds }, options.draws, stream);
    const deviation = means.map((value, draw) => value - centre + (noise[draw] as number));
    deviations.push(deviation);
    const { low, high } = drawInterval(deviation);
    const unbiased = errorVariance === 0 ? mean : 2 * mean - centre;
    const bounded = (value: number) => Math.min(options.highest, Math.max(options.lowest, value));
    return {
      mean,
      interval: { low: bounded(unbiased + low), high: bounded(unbiased + high) },
      rowError: Math.sqrt(errorVariance),
      seedSd: seeds < 2 ? Number.NaN : Math.sqrt(Math.max(0, variance - rowVariance)),
    };
  });
  const widest = options.highest - options.lowest;
  return { means: estimates.map(({ mean }) => mean), deviations, widest, estimates };
}

/**
 * Variance of rows × seeds: a run varies with the rows by σ²_rows + σ²_rows×seeds, the mean of S runs by
 * σ²_rows + σ²_rows×seeds / S. It is in the variance between seeds on fixed rows, too, and must count once.
 */
function interaction(runVariance: number, meanVariance: number, seeds: number): number {
  return seeds < 2 ? 0 : Math.max(0, ((runVariance - meanVariance) * seeds) / (seeds - 1));
}

function average(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

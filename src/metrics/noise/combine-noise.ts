import { type RandomStream, randomStream } from '../../random.js';
import type { Interval } from '../../sweep.js';
import type { JointEstimates } from '../estimates/comparisons.js';
import { drawInterval, Z_975 } from '../estimates/intervals.js';
import type { BootstrapOptions, RowDraws } from './bootstrap.js';
import type { HiddenNoise } from './few-rows.js';
import { kinNoise, plus, sharedMeans } from './joint-noise.js';
import { type MeanNoise, meanNoise } from './seed-noise.js';
import { type Spread, seedSpread } from './seed-spread.js';
import { interactionBeyondShared } from './splits/shared-rows.js';

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
  readonly isUndecided: boolean;
}

/** Per trial, the metric's value of every seed. */
export type SeedValues = readonly ReadonlyMap<number, number>[];

/** How estimates are drawn. */
export interface EstimateOptions extends BootstrapOptions {
  /**
   * Rows that are predicted, per training row, where all seeds share a split. It shows nothing of what other training rows would
   * change, which is about this multiple of the variance between seeds (Nadeau & Bengio 2003). Default 0.
   */
  readonly trainingRows?: number | undefined;
  /** Validation rows per training row, where each seed has a split of its own; by default 0. */
  readonly overlap?: number | undefined;
}

export interface Combination extends EstimateOptions {
  /** Keeps the noise of different metrics apart. */
  readonly stream: number;
  /** The values that the metric can have. */
  readonly lowest: number;
  readonly highest: number;
}

/** Draws of rows, and the noise that they cannot show. */
export interface TrialDraws extends RowDraws {
  readonly hidden: HiddenNoise;
}

/** A variance below this comes from rounding. */
export const ROUNDING = 1e-12;

/** Streams of the noise of one metric, apart from each other. */
const STREAM = { joint: 0, own: 0x10000, shared: 0x20000, kin: 0x30000 } as const;

/**
 * Adds the noise of seeds, and the noise that resampling cannot show, to the draws of rows. What a seed does to all trials alike
 * is the same in the joint draws of all trials that have the seed, so that it is in their means and cancels in their
 * differences. A trial's own interval does not use joint draws: seeds may move one trial more than others.
 */
export function combine(
  rowDraws: readonly TrialDraws[],
  values: SeedValues,
  options: Combination,
): TrialEstimates {
  const spread = seedSpread(values);
  const streamOf = (kind: keyof typeof STREAM, trial = 0): RandomStream =>
    randomStream(options.seed, 'resample', STREAM[kind] + options.stream, trial);
  const seeds = [...new Set(values.flatMap((own) => [...own.keys()]))].sort((a, b) => a - b);
  const { draws, overlap = 0 } = options;
  const trainingRows = overlap + (options.trainingRows ?? 0);
  const sharedMean = sharedMeans(spread.shared, seeds, { draws, overlap, stream: streamOf('shared') });
  const ofKin = kinNoise(spread.kinship, seeds, { draws, overlap, stream: streamOf('kin') });
  const beyondShared = interactionBeyondShared(rowDraws, values);
  const trials = rowDraws.map((drawn, trial) => {
    const own = values[trial] ?? new Map<number, number>();
    const rows = rowNoise(drawn, own.size);
    const noisy = (kind: 'joint' | 'own', noise: Omit<MeanNoise, 'seeds' | 'trainingRows'>) =>
      plus(
        rows.deviations,
        meanNoise({ ...noise, seeds: own.size, trainingRows }, draws, streamOf(kind, trial + 1)),
      );
    const beyond = spread.beyond[trial] as Spread;
    const parts = spread.own[trial] as readonly Spread[];
    const lone = 1 - spread.kinship.share;
    const interaction = beyondShared?.[trial] ?? rows.interaction;
    const joint = noisy('joint', {
      parts: [{ ...beyond, variance: beyond.variance * lone }],
      rowVariance: interaction * lone,
      unseen: drawn.hidden.unseenDifference,
    });
    const seedShare = beyond.variance > 0 ? Math.max(0, 1 - interaction / beyond.variance) : 0;
    const kin = ofKin(spread.deviations[trial] ?? new Map(), Math.sqrt(seedShare));
    const mean = average([...own.values()]);
    const betweenSeeds = Math.max(
      0,
      parts.reduce((sum, { variance }) => sum + variance, 0) - rows.interaction,
    );
    const alone = noisy('own', {
      parts,
      rowVariance: rows.interaction,
      unseen: 0,
    });
    const estimate: Estimate = {
      mean,
      interval: ownInterval({ mean, rows, draws: alone, hidden: drawn.hidden }, options),
      rowError: Math.hypot(Math.sqrt(rows.variance), (drawn.hidden.below + drawn.hidden.above) / (2 * Z_975)),
      seedSd: own.size < 2 ? Number.NaN : Math.sqrt(betweenSeeds),
    };
    return {
      estimate,
      joint: plus(plus(joint, kin), sharedMean([...own.keys()])),
      isReplicated: beyond.degrees > 0,
    };
  });
  const estimates = trials.map(({ estimate }) => estimate);
  return {
    means: estimates.map(({ mean }) => mean),
    deviations: trials.map(({ joint }) => joint),
    isReplicated: trials.map(({ isReplicated }) => isReplicated),
    widest: options.highest - options.lowest,
    isUndecided: false,
    estimates,
  };
}

/** The sampling of rows: deviations of the mean of runs, their variance, and the variance of rows × seeds. */
interface RowNoise {
  readonly centre: number;
  readonly deviations: Float64Array;
  readonly variance: number;
  readonly interaction: number;
}

function rowNoise({ means, runVariance }: TrialDraws, seeds: number): RowNoise {
  const centre = average(means);
  const deviations = means.map((value) => value - centre);
  const variance = average(deviations.map((value) => value ** 2));
  return {
    centre,
    deviations,
    variance,
    interaction: interactionOf(runVariance, variance, seeds),
  };
}

/**
 * Variance of rows × seeds: a run varies with the rows by σ²_rows + σ²_rows×seeds, the mean of S runs by
 * σ²_rows + σ²_rows×seeds / S. It is in the variance between seeds on fixed rows, too, and must count once.
 */
function interactionOf(runVariance: number, meanVariance: number, seeds: number): number {
  return seeds < 2 ? 0 : Math.max(0, ((runVariance - meanVariance) * seeds) / (seeds - 1));
}

interface OwnValue {
  readonly mean: number;
  readonly rows: RowNoise;
  readonly draws: Float64Array;
  readonly hidden: HiddenNoise;
}

/**
 * The middle 95 % of the draws, less their own bias (mean of draws less the observed value; for the worst recall, a minimum over
 * classes, a part of how much it comes out too low). Squared distances from it and those of the hidden noise add up.
 */
function ownInterval({ mean, rows, draws, hidden }: OwnValue, { lowest, highest }: Combination): Interval {
  const { low, high } = drawInterval(draws);
  const unbiased = (rows.variance < ROUNDING ? mean : 2 * mean - rows.centre) - hidden.bias;
  const bounded = (value: number) => Math.min(highest, Math.max(lowest, value));
  return {
    low: bounded(unbiased - Math.hypot(low, hidden.below)),
    high: bounded(unbiased + Math.hypot(high, hidden.above)),
  };
}

function average(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

import { type RandomStream, randomStream } from '../../random.js';
import type { Interval } from '../../sweep.js';
import type { JointEstimates } from '../estimates/comparisons.js';
import { exactMean } from '../estimates/exact-mean.js';
import { Z_975 } from '../estimates/intervals.js';
import type { BootstrapOptions, RowDraws } from './bootstrap.js';
import type { HiddenNoise } from './few-rows.js';
import { biasOf, ownInterval } from './own-interval.js';
import { type RowNoise, rowNoise, variancesApart } from './row-noise.js';
import { doubtOf, type SeedVariance } from './seeds/doubt.js';
import { plus } from './seeds/joint-noise.js';
import { seedNoisesByModel, type TrialSeedNoise } from './seeds/model-seeds.js';
import { type MeanNoise, meanNoise } from './seeds/seed-noise.js';
import { lessInDoubt } from './seeds/seed-spread.js';

/** A metric of a trial, as expected of a new seed on new rows of the same kind. */
export interface Estimate {
  /** Mean over seeds on the rows at hand. */
  readonly mean: number;
  /** 95 %: from the sampling of rows and from seeds. */
  readonly interval: Interval;
  /** Standard error of the mean from the sampling of rows; NaN where rows were not drawn. */
  readonly rowError: number;
  /** Standard deviation between seeds beyond what the sampling of rows explains; NaN for one seed. */
  readonly seedSd: number;
}

/** One metric of every trial. */
export interface TrialEstimates extends JointEstimates {
  /** Each by itself; computed when first asked for, because many are only compared. */
  readonly estimates: () => readonly Estimate[];
  /** Per trial, the variance in its deviations that rests on classes of one row. */
  readonly ofLoneRows: readonly number[];
  /** Per trial, how much too high its mean comes out, as far as draws show it. Own intervals have it taken off. */
  readonly biases: readonly number[];
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
  /**
   * By trial, what kind of model it is: a seed's luck with one kind says nothing about others, nor does its variance. By default all are
   * of one kind.
   */
  readonly models?: readonly string[] | undefined;
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

/** With two degrees of freedom the square of a part is a little too sure: verdicts take its power of 3 / 2. */
const VERDICT_POWER = 0.75;

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
  const streamOf = (kind: keyof typeof STREAM, place = 0): RandomStream =>
    randomStream(options.seed, 'resample', STREAM[kind] + options.stream, place);
  const { draws, overlap = 0 } = options;
  const trainingRows = overlap + (options.trainingRows ?? 0);
  const rowNoises = rowDraws.map((drawn, trial) => rowNoise(drawn, values[trial]?.size ?? 0));
  const apart = variancesApart(rowNoises, draws);
  const hasOwnRows = rowDraws.some(({ runs }) => runs !== undefined);
  const seedNoises = seedNoisesByModel({ rowDraws, rowNoises, values }, { ...options, streamOf });
  const trials = rowDraws.map(({ hidden }, trial) => {
    const own = values[trial] ?? new Map<number, number>();
    const rows = rowNoises[trial] as RowNoise;
    const multiple = 1 / own.size + trainingRows;
    const noiseOf = (kind: 'joint' | 'own', noise: Omit<MeanNoise, 'multiple'>) =>
      meanNoise({ ...noise, multiple }, draws, streamOf(kind, trial + 1));
    const ofMean = (onTheseRows: number, ofRows: number): SeedVariance => ({
      variance: Math.max(0, onTheseRows - ofRows) * multiple,
      onTheseRows: onTheseRows * multiple,
    });
    const seeds = seedNoises[trial] as TrialSeedNoise;
    const { beyond, own: parts, explained: interaction } = seeds;
    const lone = 1 - seeds.kinShare;
    const doubt = doubtOf(
      ofMean(beyond.variance, interaction),
      (apart[trial] as number) + hidden.unseenDifference,
      // Seeds with rows of their own differ by these most of all.
      hasOwnRows ? 1 : 0.5,
    );
    const joint = noiseOf('joint', {
      parts: [lessInDoubt({ ...beyond, variance: beyond.variance * lone }, doubt ** VERDICT_POWER)],
      rowVariance: interaction * lone,
      unseen: hidden.unseenDifference,
    });
    const mean = exactMean([...own.values()]);
    const estimate = (): Estimate => {
      const onTheseRows = parts.reduce((sum, { variance }) => sum + variance, 0);
      const seedDraws = noiseOf('own', { parts, rowVariance: 0, unseen: 0 });
      const rowError = Math.hypot(Math.sqrt(rows.variance), (hidden.below + hidden.above) / (2 * Z_975));
      const ownNoise = { rows, hidden, rowError, seeds: ofMean(onTheseRows, rows.interaction), seedDraws };
      return {
        mean,
        interval: ownInterval(mean, ownNoise, options),
        rowError,
        seedSd: own.size < 2 ? Number.NaN : Math.sqrt(Math.max(0, onTheseRows - rows.interaction)),
      };
    };
    return {
      mean,
      estimate,
      bias: biasOf(mean, { rows, hidden }),
      joint: plus(plus(plus(rows.deviations, joint), seeds.kin), seeds.shared),
      isReplicated: beyond.degrees > 0,
    };
  });
  return {
    means: trials.map(({ mean }) => mean),
    deviations: trials.map(({ joint }) => joint),
    isReplicated: trials.map(({ isReplicated }) => isReplicated),
    widest: options.highest - options.lowest,
    isUndecided: false,
    estimates: once(() => trials.map(({ estimate }) => estimate())),
    ofLoneRows: rowDraws.map(({ hidden }) => hidden.ofLoneRows),
    biases: trials.map(({ bias }) => bias),
  };
}

/** Computes on the first call, and keeps the result. */
export function once<Result extends object>(compute: () => Result): () => Result {
  let result: Result | undefined;
  return () => {
    result ??= compute();
    return result;
  };
}

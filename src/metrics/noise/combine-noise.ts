import { type RandomStream, randomStream } from '../../random.js';
import type { Interval } from '../../sweep.js';
import type { JointEstimates } from '../estimates/comparisons.js';
import { exactMean } from '../estimates/exact-mean.js';
import { Z_975 } from '../estimates/intervals.js';
import type { BootstrapOptions, RowDraws } from './bootstrap.js';
import type { HiddenNoise } from './few-rows.js';
import { ownInterval } from './own-interval.js';
import { type RowNoise, rowNoise, variancesApart } from './row-noise.js';
import { doubtOf, explainedByRows, type SeedVariance } from './seeds/doubt.js';
import { kinNoise, plus, sharedMeans } from './seeds/joint-noise.js';
import { type MeanNoise, meanNoise } from './seeds/seed-noise.js';
import { lessInDoubt, type Spread, seedSpread } from './seeds/seed-spread.js';
import { interactionBeyondShared } from './splits/shared-rows.js';

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
  const spread = seedSpread(values);
  const streamOf = (kind: keyof typeof STREAM, trial = 0): RandomStream =>
    randomStream(options.seed, 'resample', STREAM[kind] + options.stream, trial);
  const seeds = [...new Set(values.flatMap((own) => [...own.keys()]))].sort((a, b) => a - b);
  const { draws, overlap = 0 } = options;
  const trainingRows = overlap + (options.trainingRows ?? 0);
  const sharedMean = sharedMeans(spread.shared, seeds, { draws, overlap, stream: streamOf('shared') });
  const ofKin = kinNoise(spread.kinship, seeds, { draws, overlap, stream: streamOf('kin') });
  const beyondShared = interactionBeyondShared(rowDraws, values);
  const rowNoises = rowDraws.map((drawn, trial) => rowNoise(drawn, values[trial]?.size ?? 0));
  const apart = variancesApart(rowNoises, draws);
  const explained =
    beyondShared ??
    explainedByRows(
      spread.beyond,
      rowNoises.map(({ interaction }) => interaction),
    );
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
    const beyond = spread.beyond[trial] as Spread;
    const parts = spread.own[trial] as readonly Spread[];
    const lone = 1 - spread.kinship.share;
    const interaction = explained[trial] as number;
    const doubt = doubtOf(
      ofMean(beyond.variance, interaction),
      (apart[trial] as number) + hidden.unseenDifference,
      // Seeds with rows of their own differ by these most of all.
      beyondShared === undefined ? 0.5 : 1,
    );
    const joint = noiseOf('joint', {
      parts: [lessInDoubt({ ...beyond, variance: beyond.variance * lone }, doubt ** VERDICT_POWER)],
      rowVariance: interaction * lone,
      unseen: hidden.unseenDifference,
    });
    const seedShare = beyond.variance > 0 ? Math.max(0, 1 - interaction / beyond.variance) : 0;
    const kin = ofKin(spread.deviations[trial] ?? new Map(), Math.sqrt(seedShare));
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
      joint: plus(plus(plus(rows.deviations, joint), kin), sharedMean([...own.keys()])),
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

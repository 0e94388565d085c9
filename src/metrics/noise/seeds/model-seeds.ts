import type { RandomStream } from '../../../random.js';
import type { RowDraws } from '../bootstrap.js';
import type { RowNoise } from '../row-noise.js';
import { interactionBeyondShared } from '../splits/shared-rows.js';
import { explainedByRows } from './doubt.js';
import { kinNoise, sharedMeans } from './joint-noise.js';
import { type Spread, seedSpread } from './seed-spread.js';

/** What seeds do to a trial. */
export interface TrialSeedNoise {
  readonly beyond: Spread;
  readonly own: readonly Spread[];
  /** How much of `beyond` is the sampling of rows. */
  readonly explained: number;
  /** Draws of what trials of a kind share, its share of `beyond`, and of what all trials of the model share. */
  readonly kin: Float64Array;
  readonly kinShare: number;
  readonly shared: Float64Array;
}

/** By trial, what is drawn and measured. */
interface TrialTable {
  readonly rowDraws: readonly RowDraws[];
  readonly rowNoises: readonly RowNoise[];
  readonly values: readonly ReadonlyMap<number, number>[];
}

interface ModelSeeds {
  readonly draws: number;
  /** See EstimateOptions. */
  readonly overlap?: number | undefined;
  readonly models?: readonly string[] | undefined;
  readonly streamOf: (kind: 'shared' | 'kin', place: number) => RandomStream;
}

/**
 * What seeds do to each trial, model by model: the same seed is another draw for a network than for trees, so luck is shared within a
 * model only, and a variance is moved towards those of the same model.
 */
export function seedNoisesByModel(
  { rowDraws, rowNoises, values }: TrialTable,
  { models = [], ...drawing }: ModelSeeds,
): readonly TrialSeedNoise[] {
  const noises: TrialSeedNoise[] = [];
  const kinds = [...new Set(values.map((_, trial) => models[trial]))];
  kinds.forEach((model, place) => {
    const trials = [...values.keys()].filter((trial) => models[trial] === model);
    const of = <Item>(items: readonly Item[]): readonly Item[] => trials.map((at) => items[at] as Item);
    const table = { rowDraws: of(rowDraws), rowNoises: of(rowNoises), values: of(values) };
    seedNoises(table, drawing, place).forEach((noise, at) => {
      noises[trials[at] as number] = noise;
    });
  });
  return noises;
}

/** Those of trials of one model. */
function seedNoises(
  { rowDraws, rowNoises, values }: TrialTable,
  { draws, overlap = 0, streamOf }: Omit<ModelSeeds, 'models'>,
  place: number,
): readonly TrialSeedNoise[] {
  const spread = seedSpread(values);
  const seeds = [...new Set(values.flatMap((own) => [...own.keys()]))].sort((a, b) => a - b);
  const drawing = (kind: 'shared' | 'kin') => ({ draws, overlap, stream: streamOf(kind, place) });
  const sharedMean = sharedMeans(spread.shared, seeds, drawing('shared'));
  const ofKin = kinNoise(spread.kinship, seeds, drawing('kin'));
  const interactions = rowNoises.map(({ interaction }) => interaction);
  const explained = interactionBeyondShared(rowDraws, values) ?? explainedByRows(spread.beyond, interactions);
  return values.map((own, trial) => {
    const beyond = spread.beyond[trial] as Spread;
    const ofRows = explained[trial] as number;
    const seedShare = beyond.variance > 0 ? Math.max(0, 1 - ofRows / beyond.variance) : 0;
    return {
      beyond,
      own: spread.own[trial] as readonly Spread[],
      explained: ofRows,
      kin: ofKin(spread.deviations[trial] ?? new Map(), Math.sqrt(seedShare)),
      kinShare: spread.kinship.share,
      shared: sharedMean([...own.keys()]),
    };
  });
}

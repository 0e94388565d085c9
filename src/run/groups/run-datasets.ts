import { type Dataset, isPreparedBy, type PreparedDataset } from '../../data/dataset.js';
import type { PrepareTable } from '../../data/load-dataset.js';
import type { SeedSplits } from '../../data/seed-splits.js';
import { type DataKnobs, dataKey, dataKnobsOf } from '../../knobs/data-knobs.js';
import type { AnyConfig } from '../../sweep.js';

/** What decides the dataset of a run: the configuration and the seed. */
export interface DatasetChoice {
  readonly config: AnyConfig;
  readonly seed: number;
}

/** The datasets that runs train on. */
export interface RunDatasets {
  /** The dataset of runs; give it back after their training. */
  take(choice: DatasetChoice): PreparedDataset;
  giveBack(choice: DatasetChoice): void;
}

/** Runs of one key have one dataset: those of equal data knobs, and of one seed where each has a split of its own. */
export function datasetKey({ config, seed }: DatasetChoice, isSplitPerSeed: boolean): string {
  const key = dataKey(dataKnobsOf(config));
  return isSplitPerSeed ? `${seed} ${key}` : key;
}

/** Where datasets come from. */
interface Source {
  readonly dataset: Dataset;
  /** Those of the dataset. */
  readonly knobs: DataKnobs;
  readonly splits?: SeedSplits | undefined;
  readonly prepare?: PrepareTable | undefined;
}

/**
 * The dataset of the spec, and others for data knobs and seeds that need their own. Those are made when they are first taken, and
 * forgotten when another one is taken while nobody has them: so memory holds those in training and one more, however many there are.
 */
export function runDatasets(source: Source): RunDatasets {
  const isSplitPerSeed = source.splits !== undefined;
  const held = new Map<string, { readonly dataset: PreparedDataset; users: number }>();
  return {
    take(choice) {
      const key = datasetKey(choice, isSplitPerSeed);
      for (const [other, { users }] of held) if (users === 0 && other !== key) held.delete(other);
      const own = held.get(key) ?? { dataset: makeDataset(source, choice), users: 0 };
      own.users++;
      held.set(key, own);
      return own.dataset;
    },
    giveBack(choice) {
      const own = held.get(datasetKey(choice, isSplitPerSeed));
      if (own !== undefined) own.users--;
    },
  };
}

function makeDataset(
  { dataset, splits, prepare, knobs }: Source,
  { config, seed }: DatasetChoice,
): PreparedDataset {
  const own = dataKnobsOf(config);
  if (splits !== undefined) return splits.dataset(seed, own);
  if (isPreparedBy(dataset, knobs, own)) return dataset;
  if (prepare !== undefined) return prepare(own, seed);
  throw new Error(
    'configurations prepare the table in several ways: pass the `prepare` that prepareSweep gives',
  );
}

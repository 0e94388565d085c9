import { type Dataset, type SharedDataset, sharedDataset } from '../../data/dataset.js';
import type { SeedSplits } from '../../data/seed-splits.js';

/** The datasets that runs train on. */
export interface SplitDatasets {
  /** The dataset of a seed's runs; give it back after their training. */
  take(seed: number): SharedDataset;
  giveBack(seed: number): void;
}

/**
 * One dataset for all seeds, or one for each. Those are made when they are first taken, and forgotten when another one is taken
 * while nobody has them: so memory holds the splits in training and one more, however many seeds there are.
 */
export function splitDatasets(dataset: Dataset, splits: SeedSplits | undefined): SplitDatasets {
  if (splits === undefined) {
    const shared = sharedDataset(dataset);
    return { take: () => shared, giveBack: () => {} };
  }
  const held = new Map<number, { readonly dataset: SharedDataset; users: number }>();
  return {
    take(seed) {
      for (const [other, { users }] of held) if (users === 0 && other !== seed) held.delete(other);
      const own = held.get(seed) ?? { dataset: splits.dataset(seed), users: 0 };
      own.users++;
      held.set(seed, own);
      return own.dataset;
    },
    giveBack(seed) {
      const own = held.get(seed);
      if (own !== undefined) own.users--;
    },
  };
}

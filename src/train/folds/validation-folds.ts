import type { SharedDataset } from '../../data/dataset.js';
import { groupRows } from '../../metrics/group-rows.js';
import { randomStream, shuffle } from '../../random.js';

/** What folds are drawn from. */
export type FoldedData = Pick<SharedDataset, 'labels' | 'split' | 'classNames'>;

/** Parts of the validation rows. With fewer, an epoch is chosen on fewer rows, and a run is scored lower than it is. */
const FOLDS = 10;

/** A thread trains many runs of a seed on the same rows. */
const KNOWN = new WeakMap<FoldedData, Map<number, readonly Int32Array[]>>();

/**
 * Positions of the validation rows in each fold, ascending. The rows of a class are shuffled and dealt to the folds in turn, and the
 * next class goes on where the last one ended: folds are equally large, and a class of two rows lies in two. A seed has its own
 * folds, the same for every configuration, so that how rows were dealt is a part of the noise between seeds.
 */
export function validationFolds(data: FoldedData, seed: number): readonly Int32Array[] {
  const ofData = KNOWN.get(data) ?? new Map<number, readonly Int32Array[]>();
  const folds = ofData.get(seed) ?? dealFolds(data, seed);
  KNOWN.set(data, ofData.set(seed, folds));
  return folds;
}

function dealFolds({ labels, split, classNames }: FoldedData, seed: number): readonly Int32Array[] {
  const targets = split.validation.map((row) => labels[row] as number);
  const dealt = groupRows(targets, classNames.length).flatMap((positions, cls) => [
    ...shuffle(positions, randomStream(seed, 'validationFolds', cls)),
  ]);
  return Array.from({ length: FOLDS }, (_, fold) =>
    Int32Array.from(dealt.filter((_position, at) => at % FOLDS === fold)).sort(),
  );
}

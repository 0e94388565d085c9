import type { Checkpoint } from '../checkpoint.js';
import { type EpochsSoFar, packEpochs, unpackEpochs } from '../folds/epochs-checkpoint.js';
import { outputsOf, type Tree } from './tree.js';

/** A run between two rounds. */
export interface ForestCheckpoint extends EpochsSoFar {
  /** Per round, a tree for each class, or one for all. */
  readonly rounds: readonly (readonly Tree[])[];
}

/** In the form in which it is stored. */
export function packForest({ rounds, ...soFar }: ForestCheckpoint): Checkpoint {
  const trees = rounds.flat();
  return {
    arrays: {
      ...packEpochs(soFar),
      classes: Uint32Array.of(rounds[0]?.length ?? 0),
      outputs: Uint32Array.of(trees[0] === undefined ? 1 : outputsOf(trees[0])),
      nodeCounts: Uint32Array.from(trees, ({ gains }) => gains.length),
      // −1, of a leaf, becomes the largest number, and the other way round.
      nodes: Uint32Array.from(trees.flatMap(({ nodes }) => [...nodes])),
      setCounts: Uint32Array.from(trees, ({ sets }) => sets.length),
      sets: Uint32Array.from(trees.flatMap(({ sets }) => [...sets])),
      values: Float32Array.from(trees.flatMap(({ values }) => [...values])),
      gains: Float32Array.from(trees.flatMap(({ gains }) => [...gains])),
    },
    texts: {},
  };
}

/** Reads the form that packForest makes. */
export function unpackForest({ arrays }: Checkpoint): ForestCheckpoint {
  const [nodes, values] = [arrays.nodes as Uint32Array, arrays.values as Float32Array];
  const classes = arrays.classes?.[0] ?? 0;
  const outputs = arrays.outputs?.[0] ?? 1;
  const [sets, gains] = [arrays.sets as Uint32Array, arrays.gains as Float32Array];
  let [at, setAt] = [0, 0];
  const trees = Array.from(arrays.nodeCounts as Uint32Array, (count, tree): Tree => {
    const [from, setFrom] = [at, setAt];
    at += count;
    setAt += arrays.setCounts?.[tree] ?? 0;
    return {
      nodes: Int32Array.from(nodes.subarray(4 * from, 4 * at)),
      sets: sets.slice(setFrom, setAt),
      values: values.slice(outputs * from, outputs * at),
      gains: gains.slice(from, at),
    };
  });
  const rounds = Array.from({ length: classes === 0 ? 0 : trees.length / classes }, (_, round) =>
    trees.slice(round * classes, (round + 1) * classes),
  );
  return { ...unpackEpochs(arrays), rounds };
}

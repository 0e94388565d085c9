import { evaluateLogits } from '../../loss/evaluation.js';
import { classesOfTree, type ModelTree, type TreesPredictor } from '../../model/model.js';
import type { Block, OpenedMember } from '../prediction/prediction.js';

/** Makes trees ready: plain TypeScript gives the bits of the kernel, which adds the same float32 numbers in the same order. */
export function openForest(
  { initial, rounds }: TreesPredictor,
  engineId: string,
  { features, featureCount, labels }: Block,
): OpenedMember {
  const classes = initial.length;
  const trees = rounds.flatMap((round) => round.map(walkable));
  const plain = { alpha: new Float32Array(classes).fill(1), gamma: 0 };
  const logits = async (rows: number): Promise<Float32Array> => {
    const scores = new Float32Array(rows * classes);
    for (let at = 0; at < scores.length; at += classes) scores.set(initial, at);
    trees.forEach((tree, at) => {
      const { first, count } = classesOfTree(tree, at, classes);
      for (let row = 0; row < rows; row++) {
        const leaf = count * leafOf(tree, features, row * featureCount);
        const score = row * classes + first;
        for (let cls = 0; cls < count; cls++) {
          scores[score + cls] = (scores[score + cls] as number) + (tree.value[leaf + cls] as number);
        }
      }
    });
    return scores;
  };
  return {
    engineId,
    logits,
    evaluate: async (rows) =>
      evaluateLogits({ logits: await logits(rows), targets: labels.subarray(0, rows), classes }, plain),
    close: () => {},
  };
}

/** A tree with its sets of categories as flags by code; undefined at nodes that decide by numbers. */
interface WalkableTree extends Omit<ModelTree, 'categories'> {
  readonly sets: readonly (Uint8Array | undefined)[];
}

function walkable({ categories, ...tree }: ModelTree): WalkableTree {
  const sets = Array.from(tree.feature, (_, node) => {
    const codes = categories.get(node);
    if (codes === undefined) return undefined;
    const flags = new Uint8Array(1 + codes.reduce((most, code) => Math.max(most, code), -1));
    for (const code of codes) flags[code] = 1;
    return flags;
  });
  return { ...tree, sets };
}

function leafOf(tree: WalkableTree, features: Float32Array, row: number): number {
  const { feature, threshold, missingLeft, left, right, sets } = tree;
  let node = 0;
  for (let own = feature[0] as number; own >= 0; own = feature[node] as number) {
    const value = features[row + own] as number;
    const set = sets[node];
    const isLeft = Number.isNaN(value)
      ? missingLeft[node] === 1
      : set === undefined
        ? value <= (threshold[node] as number)
        : set[value] === 1;
    node = (isLeft ? left : right)[node] as number;
  }
  return node;
}

import type { ModelTree, TreesPredictor } from '../../model/model.js';
import type { BinnedDataset } from './bins/bins.js';
import type { Forest } from './forest.js';
import { goesLeft, type Tree } from './tree.js';

/** The trees up to a round, with features in place of bins. */
export function forestPredictor(
  { initial, rounds }: Pick<Forest, 'initial' | 'rounds'>,
  bins: BinnedDataset,
  chosenRound: number,
): TreesPredictor {
  return {
    kind: 'trees',
    initial,
    rounds: rounds.slice(0, chosenRound).map((trees) => trees.map((tree) => modelTree(tree, bins))),
  };
}

function modelTree({ nodes, sets, values }: Tree, { features, layout }: BinnedDataset): ModelTree {
  const count = values.length;
  const cell = (part: number) =>
    Int32Array.from({ length: count }, (_, node) => nodes[4 * node + part] as number);
  const feature = cell(0).map((own) => Math.max(-1, own));
  const rules = cell(1);
  const childOf = (part: number) => cell(part).map((child, node) => (feature[node] === -1 ? 0 : child));
  const threshold = new Float32Array(count);
  const missingLeft = new Uint8Array(count);
  const categories = new Map<number, readonly number[]>();
  feature.forEach((own, node) => {
    const bins = features[own];
    if (bins === undefined) return;
    const isLeft = (bin: number): boolean => goesLeft(rules[node] as number, bin, sets);
    const missing = bins.hasMissing ? bins.count - 1 : (layout.common[own] as number);
    missingLeft[node] = Number(isLeft(missing));
    if (bins.binsOfCodes.length > 0) {
      categories.set(
        node,
        [...bins.binsOfCodes.keys()].filter((code) => isLeft(bins.binsOfCodes[code] as number)),
      );
    } else {
      // The last bin has no edge: all numbers go left, and missing values alone do not.
      threshold[node] = bins.edges[(rules[node] as number) & 0xffff] ?? Number.POSITIVE_INFINITY;
    }
  });
  return { feature, threshold, missingLeft, left: childOf(2), right: childOf(3), value: values, categories };
}

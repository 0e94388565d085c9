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

function modelTree({ nodes, sets, values, gains }: Tree, { features, layout }: BinnedDataset): ModelTree {
  const count = gains.length;
  const own = () => new Int32Array(count);
  const [feature, left, right] = [own().fill(-1), own(), own()];
  const threshold = new Float32Array(count);
  const missingLeft = new Uint8Array(count);
  const categories = new Map<number, readonly number[]>();
  for (let node = 0; node < count; node++) {
    const index = nodes[4 * node] as number;
    const bins = features[index];
    if (bins === undefined) continue;
    const rule = nodes[4 * node + 1] as number;
    feature[node] = index;
    left[node] = nodes[4 * node + 2] as number;
    right[node] = nodes[4 * node + 3] as number;
    const missing = bins.hasMissing ? bins.count - 1 : (layout.common[index] as number);
    missingLeft[node] = Number(goesLeft(rule, missing, sets));
    const { binsOfCodes, edges } = bins;
    if (binsOfCodes.length === 0) {
      // The last bin has no edge: all numbers go left, and missing values alone do not.
      threshold[node] = edges[rule & 0xffff] ?? Number.POSITIVE_INFINITY;
    } else {
      const isLeft = (code: number): boolean => goesLeft(rule, binsOfCodes[code] as number, sets);
      categories.set(node, [...binsOfCodes.keys()].filter(isLeft));
    }
  }
  return { feature, threshold, missingLeft, left, right, value: values, categories };
}

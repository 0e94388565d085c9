import type { Model, ModelTree, NetworkPredictor, Predictor, TreesPredictor } from '../../src/model/model.js';
import { prepareRow, type RawRow } from '../../src/model/preparation.js';

/** What the contract of models means: the probabilities of a raw row, by class, in float64 from float32 features. */
export function referenceProbabilities({ members }: Model, row: RawRow): readonly number[] {
  const all = members.map(({ preparation, predictor }) =>
    softmax(logitsOf(predictor, prepareRow(preparation, row))),
  );
  return (all[0] ?? []).map((_, cls) => all.reduce((sum, own) => sum + (own[cls] ?? 0), 0) / members.length);
}

function logitsOf(predictor: Predictor, features: Float32Array): readonly number[] {
  return predictor.kind === 'network'
    ? networkLogits(predictor, [...features])
    : treeLogits(predictor, features);
}

function networkLogits(
  { layers, activation }: NetworkPredictor,
  features: readonly number[],
): readonly number[] {
  const activate = activation === 'relu' ? (sum: number) => Math.max(0, sum) : Math.tanh;
  let [trunk, below] = [features, features];
  for (const { inputs, outputs, input, sums, weight, bias, normalisation } of layers) {
    const given = normalisation === undefined ? below : normalised(trunk, normalisation);
    const activated = input === 'normalised and activated' ? given.map(activate) : given;
    const products = Array.from({ length: outputs }, (_, unit) => {
      let sum = bias[unit] as number;
      for (let at = 0; at < inputs; at++)
        sum += (activated[at] as number) * (weight[at * outputs + unit] as number);
      return sum;
    });
    if (sums === 'activated') below = products.map(activate);
    else {
      below = sums === 'added' ? products.map((sum, unit) => sum + (trunk[unit] as number)) : products;
      trunk = below;
    }
  }
  return below;
}

function normalised(
  row: readonly number[],
  { scale, shift }: { readonly scale: Float32Array; readonly shift: Float32Array },
): readonly number[] {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
  return row.map(
    (value, at) =>
      ((value - mean) / Math.sqrt(variance + 1e-5)) * (scale[at] as number) + (shift[at] as number),
  );
}

function treeLogits({ initial, rounds }: TreesPredictor, features: Float32Array): readonly number[] {
  return Array.from(initial, (first, cls) =>
    rounds.reduce((sum, round) => {
      const added =
        round.length === 1
          ? leafValue(round[0] as ModelTree, features, { of: initial.length, cls })
          : leafValue(round[cls] as ModelTree, features);
      return Math.fround(sum + added);
    }, first),
  );
}

function leafValue(tree: ModelTree, features: Float32Array, { of, cls } = { of: 1, cls: 0 }): number {
  let node = 0;
  while ((tree.feature[node] as number) >= 0) {
    const value = features[tree.feature[node] as number] as number;
    const codes = tree.categories.get(node);
    const isLeft = Number.isNaN(value)
      ? tree.missingLeft[node] === 1
      : (codes?.includes(value) ?? value <= (tree.threshold[node] as number));
    node = (isLeft ? tree.left : tree.right)[node] as number;
  }
  return tree.value[of * node + cls] as number;
}

function softmax(logits: readonly number[]): readonly number[] {
  const most = Math.max(...logits);
  const shares = logits.map((logit) => Math.exp(logit - most));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

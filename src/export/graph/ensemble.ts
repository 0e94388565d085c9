import type { Model, ModelMember, TreesPredictor } from '../../model/model.js';
import { featureNames } from '../../model/preparation.js';
import { featuresOf } from './features.js';
import type { GraphBuilder, GraphValue } from './graph.js';
import { networkLogits } from './network.js';

/** Logits of boosted trees from features, for a format that has trees. */
export type TreeLogits = (
  features: GraphValue,
  predictor: TreesPredictor,
  member: Pick<ModelMember, 'preparation'>,
) => GraphValue;

/** The probabilities of a model, from raw columns. Members that prepare rows alike share their features. */
export function ensembleProbabilities(
  graph: GraphBuilder,
  { members }: Pick<Model, 'members'>,
  treeLogits: TreeLogits,
): GraphValue {
  const prepared = new Map<string, GraphValue>();
  const probabilities = members.map((member) => {
    const key = JSON.stringify(member.preparation.columns);
    const features = prepared.get(key) ?? featuresOf(graph, member.preparation);
    prepared.set(key, features);
    const { predictor } = member;
    const logits =
      predictor.kind === 'network'
        ? networkLogits(graph, features, predictor)
        : treeLogits(features, predictor, member);
    return graph.apply('softmax', logits);
  });
  const sum = probabilities.reduce((total, own) => graph.apply('add', total, own));
  if (probabilities.length === 1) return sum;
  return graph.apply('divide', sum, graph.constant('float', [probabilities.length]));
}

/** The columns that a model looks at, in the order of its members' preparations: those without a feature are left out. */
export function rawColumns({ members }: Pick<Model, 'members'>): {
  readonly numbers: readonly string[];
  /** Each with the categories of all members. */
  readonly categories: ReadonlyMap<string, readonly string[]>;
} {
  const numbers = new Set<string>();
  const categories = new Map<string, readonly string[]>();
  for (const column of members.flatMap(({ preparation }) => preparation.columns)) {
    if (featureNames(column).length === 0) continue;
    if (column.kind === 'numeric') numbers.add(column.column);
    else {
      const known = new Set([...(categories.get(column.column) ?? []), ...column.categories]);
      categories.set(column.column, [...known]);
    }
  }
  return { numbers: [...numbers], categories };
}

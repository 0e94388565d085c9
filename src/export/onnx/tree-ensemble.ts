import { classesOfTree, type ModelTree, type TreesPredictor } from '../../model/model.js';
import { type CategoricalPreparation, featureNames, type Preparation } from '../../model/preparation.js';
import type { GraphValue } from '../graph/graph.js';
import type { Attribute } from './messages.js';
import type { OnnxGraph } from './onnx-graph.js';

/**
 * The logits of boosted trees by one TreeEnsembleRegressor. It knows no sets of categories, so each set is a feature of its own: 0 where a
 * row goes left.
 */
export function treeEnsembleLogits(
  graph: OnnxGraph,
  features: GraphValue,
  { predictor, preparation }: { readonly predictor: TreesPredictor; readonly preparation: Preparation },
): GraphValue {
  const sets = new CategorySets(preparation);
  const attributes = ensembleAttributes(predictor, sets);
  const leaves = graph.add({
    operator: 'TreeEnsembleRegressor',
    domain: 'ai.onnx.ml',
    inputs: [graph.join([features, ...sets.features(graph)])],
    attributes,
  });
  // Not as base_values: runtimes leave those out for a class that none of a row's leaves is of.
  return graph.apply(
    'add',
    leaves,
    graph.constant('float', predictor.initial, [1, predictor.initial.length]),
  );
}

/** The sets of categories by which trees decide, as features behind those of the preparation. */
class CategorySets {
  private readonly columns: readonly (CategoricalPreparation | undefined)[];
  /** By coded feature: of each of its sets, whether a code goes right; the last is that of a missing or unknown value. */
  private readonly byFeature = new Map<
    number,
    Map<string, { readonly at: number; readonly right: number[] }>
  >();
  private count = 0;

  constructor({ columns }: Preparation) {
    this.columns = columns.flatMap((column) =>
      featureNames(column).map(() => (column.kind === 'categorical' ? column : undefined)),
    );
  }

  /** The feature of a node's set. */
  featureOf(feature: number, codes: readonly number[], missingLeft: boolean): number {
    const left = new Set(codes);
    const known = this.columns[feature]?.categories ?? [];
    const right = [...known.map((_, code) => Number(!left.has(code))), Number(!missingLeft)];
    const sets = this.byFeature.get(feature) ?? new Map();
    this.byFeature.set(feature, sets);
    const key = right.join('');
    const set = sets.get(key) ?? { at: this.columns.length + this.count++, right };
    sets.set(key, set);
    return set.at;
  }

  features(graph: OnnxGraph): readonly GraphValue[] {
    // Numbered as they were met, which is not column by column.
    const ordered = [...this.byFeature].flatMap(([feature, sets]) =>
      [...sets.values()].map((set) => ({ feature, ...set })),
    );
    return ordered
      .sort((a, b) => a.at - b.at)
      .map(({ feature, right }) => {
        const column = this.columns[feature] as CategoricalPreparation;
        return graph.gather(graph.constant('float', right, [right.length]), graph.places(column), 0);
      });
  }
}

function ensembleAttributes(
  { initial, rounds }: TreesPredictor,
  sets: CategorySets,
): Readonly<Record<string, Attribute>> {
  const classes = initial.length;
  // There is no ensemble without a tree.
  const trees = rounds.length > 0 ? rounds.flat() : [EMPTY_TREE];
  const rows = trees.flatMap((tree, treeId) => nodesOf(tree, sets).map((node) => ({ treeId, ...node })));
  const leaves = trees.flatMap((tree, treeId) => leavesOf(tree, treeId, classes));
  const integers = (of: (row: (typeof rows)[number]) => number) => ({ integers: rows.map(of) });
  const ofLeaves = (of: (leaf: (typeof leaves)[number]) => number) => ({ integers: leaves.map(of) });
  return {
    n_targets: { integer: classes },
    nodes_treeids: integers(({ treeId }) => treeId),
    nodes_nodeids: integers(({ node }) => node),
    nodes_featureids: integers(({ feature }) => feature),
    nodes_modes: { texts: rows.map(({ isLeaf }) => (isLeaf ? 'LEAF' : 'BRANCH_LEQ')) },
    nodes_values: { floats: rows.map(({ threshold }) => threshold) },
    nodes_truenodeids: integers(({ left }) => left),
    nodes_falsenodeids: integers(({ right }) => right),
    nodes_missing_value_tracks_true: integers(({ missingLeft }) => missingLeft),
    target_treeids: ofLeaves(({ treeId }) => treeId),
    target_nodeids: ofLeaves(({ node }) => node),
    target_ids: ofLeaves(({ cls }) => cls),
    target_weights: { floats: leaves.map(({ value }) => value) },
  };
}

const EMPTY_TREE: ModelTree = {
  feature: Int32Array.of(-1),
  threshold: Float32Array.of(0),
  missingLeft: Uint8Array.of(0),
  left: Int32Array.of(0),
  right: Int32Array.of(0),
  value: Float32Array.of(0),
  categories: new Map(),
};

function nodesOf(tree: ModelTree, sets: CategorySets) {
  return Array.from(tree.feature, (own, node) => {
    const codes = tree.categories.get(node);
    const missingLeft = tree.missingLeft[node] as number;
    const isLeaf = own < 0;
    return {
      node,
      isLeaf,
      missingLeft,
      feature: isLeaf ? 0 : codes === undefined ? own : sets.featureOf(own, codes, missingLeft === 1),
      threshold: isLeaf ? 0 : codes === undefined ? (tree.threshold[node] as number) : 0.5,
      left: tree.left[node] as number,
      right: tree.right[node] as number,
    };
  });
}

/** What each leaf of a tree adds to each of its classes. */
function leavesOf(tree: ModelTree, treeId: number, classes: number) {
  const { first, count } = classesOfTree(tree, treeId, classes);
  return [...tree.feature.keys()]
    .filter((node) => (tree.feature[node] as number) < 0)
    .flatMap((node) =>
      Array.from({ length: count }, (_, at) => ({
        ...{ treeId, node, cls: first + at },
        value: tree.value[count * node + at] as number,
      })),
    );
}

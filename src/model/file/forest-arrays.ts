import type { ModelTree, TreesPredictor } from '../model.js';
import type { Refuse, Tensor, TensorValues } from './safetensors.js';

/** The trees of a member as arrays, node after node, tree after tree, round after round. */
export function forestTensors(prefix: string, { initial, rounds }: TreesPredictor): readonly Tensor[] {
  const trees = rounds.flat();
  const sets = trees.map(({ categories }) => [...categories]);
  const array = (name: string, values: TensorValues): Tensor => ({
    name: `${prefix}.${name}`,
    shape: [values.length],
    values,
  });
  const joined = <Type extends TensorValues>(empty: Type, of: (tree: ModelTree) => Type): Type => {
    const parts = trees.map(of);
    const all = new (empty.constructor as new (length: number) => Type)(
      parts.reduce((sum, { length }) => sum + length, 0),
    );
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  return [
    array('initial', initial),
    array(
      'tree_nodes',
      Int32Array.from(trees, ({ feature }) => feature.length),
    ),
    array(
      'feature',
      joined(new Int32Array(), ({ feature }) => feature),
    ),
    array(
      'left',
      joined(new Int32Array(), ({ left }) => left),
    ),
    array(
      'right',
      joined(new Int32Array(), ({ right }) => right),
    ),
    array(
      'threshold',
      joined(new Float32Array(), ({ threshold }) => threshold),
    ),
    array(
      'value',
      joined(new Float32Array(), ({ value }) => value),
    ),
    array(
      'missing_left',
      joined(new Uint8Array(), ({ missingLeft }) => missingLeft),
    ),
    array(
      'tree_sets',
      Int32Array.from(sets, ({ length }) => length),
    ),
    array(
      'set_node',
      Int32Array.from(sets.flat(), ([node]) => node),
    ),
    array(
      'set_codes',
      Int32Array.from(sets.flat(), ([, codes]) => codes.length),
    ),
    array('codes', Int32Array.from(sets.flat().flatMap(([, codes]) => codes))),
  ];
}

/** What the trees of a member must fit to. */
export interface ForestFit {
  readonly classes: number;
  /** By feature, the number of its categories; 0 for numbers. */
  readonly categories: readonly number[];
  /** Takes an array of the file, which must have this type and, where it is given, this length. */
  readonly take: <Type extends TensorValues>(
    name: string,
    type: new (length: number) => Type,
    length?: number,
  ) => Type;
  readonly refuse: Refuse;
}

/** Reads the arrays of forestTensors and checks that every walk from a root ends at a leaf. */
export function readForest({ classes, categories, take, refuse }: ForestFit): TreesPredictor {
  const initial = take('initial', Float32Array, classes);
  const counts = take('tree_nodes', Int32Array);
  const setCounts = take('tree_sets', Int32Array, counts.length);
  const nodes = total(counts, refuse);
  const feature = take('feature', Int32Array, nodes);
  const left = take('left', Int32Array, nodes);
  const right = take('right', Int32Array, nodes);
  const threshold = take('threshold', Float32Array, nodes);
  const value = take('value', Float32Array);
  const outputs = nodes === 0 ? 1 : value.length / nodes;
  if (outputs !== 1 && outputs !== classes) throw refuse('trees have values of neither one class nor all');
  const perRound = outputs === 1 ? classes : 1;
  const missingLeft = take('missing_left', Uint8Array, nodes);
  const setNodes = take('set_node', Int32Array, total(setCounts, refuse));
  const setCodes = take('set_codes', Int32Array, setNodes.length);
  const codes = take('codes', Int32Array, total(setCodes, refuse));
  if (counts.length % perRound !== 0) throw refuse('a round has no tree for each class');
  let [at, set, code] = [0, 0, 0];
  const trees = Array.from(counts, (count, tree): ModelTree => {
    const of = <Type extends TensorValues>(values: Type) => values.slice(at, at + count) as Type;
    const sets = Array.from({ length: setCounts[tree] as number }, () => {
      const own = codes.subarray(code, code + (setCodes[set] as number));
      code += own.length;
      return [setNodes[set++] as number, Array.from(own)] as const;
    });
    const own: ModelTree = {
      feature: of(feature),
      left: of(left),
      right: of(right),
      threshold: of(threshold),
      value: value.slice(outputs * at, outputs * (at + count)),
      missingLeft: of(missingLeft),
      categories: new Map(sets),
    };
    requireTree(own, { categories, refuse, name: `tree ${tree}` });
    at += count;
    return own;
  });
  const rounds = Array.from({ length: trees.length / perRound }, (_, round) =>
    trees.slice(round * perRound, (round + 1) * perRound),
  );
  return { kind: 'trees', initial, rounds };
}

/** Counts are at least 0, and their sum is far below what arrays can hold only if the file has such arrays. */
function total(counts: Int32Array, refuse: Refuse): number {
  if (counts.some((count) => count < 0)) throw refuse('a count is negative');
  return counts.reduce((sum, count) => sum + count, 0);
}

interface TreeFit extends Pick<ForestFit, 'categories' | 'refuse'> {
  readonly name: string;
}

/** Every node but the root is the child of one node before it, so that there are no loops. */
function requireTree(tree: ModelTree, { categories, refuse, name }: TreeFit): void {
  const { feature, left, right, missingLeft } = tree;
  const isChild = new Uint8Array(feature.length);
  if (feature.length === 0) throw refuse(`${name} has no node`);
  feature.forEach((own, node) => {
    if (own === -1) return;
    const place = `node ${node} of ${name}`;
    const codes = categories[own];
    if (codes === undefined) throw refuse(`${place} decides by a feature that there is not`);
    if (codes > 0 !== tree.categories.has(node)) throw refuse(`${place} decides in a wrong way`);
    if ((missingLeft[node] as number) > 1) throw refuse(`${place} has no side for missing values`);
    for (const child of [left[node] as number, right[node] as number]) {
      if (child <= node || child >= feature.length || isChild[child] === 1) {
        throw refuse(`${place} has a child that is not its own`);
      }
      isChild[child] = 1;
    }
  });
  for (const [node, own] of tree.categories) {
    const most = categories[feature[node] ?? -1] ?? 0;
    if (own.some((code) => code < 0 || code >= most))
      throw refuse(`node ${node} of ${name} has an unknown category`);
  }
}

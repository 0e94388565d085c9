import type { TrialConfig } from '../../sweep.js';
import type { Layout, TreeKernel, TreeMemory } from './tree-kernel.js';

/** A grown tree as plain data. */
export interface Tree {
  /**
   * By node: feature or −1 for a leaf, rule, left node, right node. The low 16 bits of a rule are the last bin that goes left, the others
   * one more than the bin of missing values if that goes left, too; a negative one is −1 less the index of a set.
   */
  readonly nodes: Int32Array;
  /** Sets of bins of categories that go left, of 256 bits each. */
  readonly sets: Uint32Array;
  /** By node: what a leaf adds to the score of its class; where all classes share the tree, to that of each class. */
  readonly values: Float32Array;
  /** By node: what its split takes off the loss of the training rows, to second order; 0 for a leaf. */
  readonly gains: Float32Array;
}

export type TreeShape = Pick<TrialConfig, 'max_leaves' | 'multi_output'>;

/** How many classes each tree of a configuration adds to. */
export function treeOutputs({ multi_output }: TreeShape, classes: number): number {
  return multi_output ? classes : 1;
}

/** Words of a set. */
export const SET_WORDS = 8;

/** Whether a bin goes left by the rule of a node, as native/tree-nodes.h has it. */
export function goesLeft(rule: number, bin: number, sets: Uint32Array): boolean {
  if (rule >= 0) return bin <= (rule & 0xffff) || bin + 1 === rule >> 16;
  return (((sets[SET_WORDS * (-1 - rule) + (bin >> 5)] as number) >>> (bin & 31)) & 1) === 1;
}

/** How many classes a tree adds to: its own, or all. */
export function outputsOf({ nodes, values }: Pick<Tree, 'nodes' | 'values'>): number {
  return (4 * values.length) / nodes.length;
}

/** Scores lie class after class, `stride` rows each. */
export function fillScores(scores: Float32Array, initial: Float32Array, stride: number): void {
  initial.forEach((score, cls) => {
    scores.fill(score, cls * stride, (cls + 1) * stride);
  });
}

const ADDING = ['columns', 'nodes', 'sets', 'values', 'scores'];

/** Rows whose scores lie `stride` apart, class after class. */
interface ScoredRows {
  readonly rows: number;
  readonly stride: number;
}

/** Adds the trees of a round to the scores of rows. */
export function addRound(memory: TreeMemory, trees: readonly Tree[], scored: ScoredRows): void {
  for (const [first, tree] of trees.entries()) addTree(memory, { first, tree }, scored);
}

/** A tree, and the first class that it adds to. */
export interface PlacedTree {
  readonly first: number;
  readonly tree: Tree;
}

/** Adds a tree to the scores of rows. */
export function addTree(memory: TreeMemory, { first, tree }: PlacedTree, { rows, stride }: ScoredRows): void {
  const { nodes, sets, values } = tree;
  memory.array<Int32Array>('nodes').set(nodes);
  memory.array<Uint32Array>('sets').set(sets);
  memory.array<Float32Array>('values').set(values);
  memory.call('addTree', ADDING, [rows, stride, first, outputsOf(tree)]);
}

/** Memory in which `addRound` adds the trees of a configuration to scores of rows, beside other arrays. */
export function openScores(
  kernel: TreeKernel,
  { config, classes, rows }: { readonly config: TreeShape; readonly classes: number; readonly rows: number },
  {
    layout = {},
    given = {},
  }: { readonly layout?: Layout; readonly given?: Parameters<TreeKernel['open']>[1] },
): TreeMemory {
  const leaves = config.max_leaves;
  const nodes = 2 * leaves - 1;
  return kernel.open(
    {
      nodes: ['i32', 4 * nodes],
      sets: ['u32', SET_WORDS * (leaves - 1)],
      values: ['f32', nodes * treeOutputs(config, classes)],
      scores: ['f32', classes * rows],
      ...layout,
    },
    given,
  );
}

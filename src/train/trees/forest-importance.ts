import type { FeatureColumn, SharedDataset } from '../../data/dataset.js';
import type { ColumnImportance } from '../../sweep.js';
import { type ColumnShuffle, ShuffledColumns } from '../shuffled-columns.js';
import type { Forest, ForestData } from './forest.js';
import { addTree, fillScores, openScores, type PlacedTree, type Tree } from './tree.js';
import type { TreeKernel, TreeMemory } from './tree-kernel.js';

/** A grown forest, and how many rounds of it are kept. */
export interface KeptForest {
  readonly kernel: TreeKernel;
  readonly forest: Forest;
  readonly data: ForestData;
  readonly dataset: SharedDataset;
  readonly chosenRound: number;
}

interface Measuring {
  /** Measures also what the metrics lose when columns are shuffled. */
  readonly shuffles: boolean;
  readonly shouldStop: () => boolean;
}

/** By column, its share of the gain of all splits. Undefined after a request to stop. */
export function forestImportance(
  kept: KeptForest,
  { shuffles, shouldStop }: Measuring,
): readonly ColumnImportance[] | undefined {
  const { featureColumns } = kept.dataset;
  const rounds = kept.forest.rounds.slice(0, kept.chosenRound);
  const gains = columnGains(rounds.flat(), featureColumns);
  const drops = shuffles ? columnDrops(kept, rounds, shouldStop) : [];
  if (drops === undefined) return undefined;
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return featureColumns.map(({ name }, at) => {
    const gain = gains[at] as number;
    return { column: name, gainShare: total === 0 ? 0 : gain / total, drops: drops[at] ?? null };
  });
}

/** By column, the gains of the splits on its features. */
function columnGains(trees: readonly Tree[], columns: readonly FeatureColumn[]): Float64Array {
  const placeOf = columnPlaces(columns);
  const sums = new Float64Array(columns.length);
  for (const { nodes, gains } of trees) {
    for (const [node, gain] of gains.entries()) {
      const feature = nodes[4 * node] as number;
      if (feature < 0) continue;
      const column = placeOf[feature] as number;
      sums[column] = (sums[column] as number) + gain;
    }
  }
  return sums;
}

/** By column, the trees with a split on its features. */
function columnTrees(
  rounds: Forest['rounds'],
  columns: readonly FeatureColumn[],
): ReadonlyMap<FeatureColumn, readonly PlacedTree[]> {
  const placeOf = columnPlaces(columns);
  const found = columns.map((): PlacedTree[] => []);
  for (const placed of placedTrees(rounds)) {
    const { nodes } = placed.tree;
    const splitOn = new Set<number>();
    for (let node = 0; node < nodes.length; node += 4) {
      const feature = nodes[node] as number;
      if (feature >= 0) splitOn.add(placeOf[feature] as number);
    }
    for (const place of splitOn) found[place]?.push(placed);
  }
  return new Map(columns.map((column, place) => [column, found[place] ?? []]));
}

function placedTrees(rounds: Forest['rounds']): readonly PlacedTree[] {
  return rounds.flatMap((trees) => [...trees.entries()].map(([first, tree]) => ({ first, tree })));
}

/** By feature, the place of its column. */
function columnPlaces(columns: readonly FeatureColumn[]): Int32Array {
  return Int32Array.from(columns.flatMap(({ count }, place) => Array<number>(count).fill(place)));
}

/** What the metrics lose when a column is shuffled: nothing where no split is on it. */
function columnDrops(
  kept: KeptForest,
  rounds: Forest['rounds'],
  shouldStop: () => boolean,
): ReturnType<ShuffledColumns['drops']> | undefined {
  const { data, dataset } = kept;
  const rows = new ShuffledRows(kept, rounds);
  const treesOf = columnTrees(rounds, dataset.featureColumns);
  const measured = new ShuffledColumns(data.seed, dataset, rows.whole);
  for (const shuffle of measured.shuffles()) {
    if (shouldStop()) return undefined;
    const trees = treesOf.get(shuffle.column) ?? [];
    measured.add(shuffle, trees.length === 0 ? rows.whole : rows.predictions(shuffle, trees));
  }
  return measured.drops();
}

/** The validation rows with the bins of one column in another order: only trees that split on it add anything else. */
class ShuffledRows {
  /** Predictions of the rows as they are. */
  readonly whole: Uint16Array;
  readonly #rows: number;
  readonly #memory: TreeMemory;
  readonly #bins: Uint8Array;
  readonly #scores: Float32Array;
  #before: { readonly trees: readonly PlacedTree[]; readonly sums: Float32Array } | undefined;

  constructor({ kernel, forest, data, dataset }: KeptForest, rounds: Forest['rounds']) {
    const { bins, config, classes } = data;
    this.#rows = dataset.split.validation.length;
    this.#bins = bins.columns.validation;
    this.#memory = openScores(
      kernel,
      { config, classes, rows: this.#rows },
      { layout: { columns: ['u8', this.#bins.length] } },
    );
    this.#memory.array<Uint8Array>('columns').set(this.#bins);
    this.#scores = this.#added(forest.initial, placedTrees(rounds));
    this.whole = highest(this.#scores, this.#rows);
  }

  /** Predictions of the rows after a shuffle of a column on which these trees split. */
  predictions(shuffle: ColumnShuffle, trees: readonly PlacedTree[]): Uint16Array {
    const none = new Float32Array(this.#scores.length / this.#rows);
    if (this.#before?.trees !== trees) this.#before = { trees, sums: this.#added(none, trees) };
    const { sums: before } = this.#before;
    this.#reorder(shuffle);
    const after = this.#added(none, trees);
    this.#restore(shuffle.column);
    const shuffled = new Float64Array(after.length);
    for (let at = 0; at < after.length; at++) {
      shuffled[at] = (this.#scores[at] as number) + ((after[at] as number) - (before[at] as number));
    }
    return highest(shuffled, this.#rows);
  }

  /** The scores that trees give the rows, on top of these of each class. */
  #added(initial: Float32Array, trees: readonly PlacedTree[]): Float32Array {
    const rows = this.#rows;
    const scores = this.#memory.array<Float32Array>('scores');
    fillScores(scores, initial, rows);
    for (const placed of trees) addTree(this.#memory, placed, { rows, stride: rows });
    return scores.slice();
  }

  #reorder({ column, order }: ColumnShuffle): void {
    const columns = this.#memory.array<Uint8Array>('columns');
    for (let feature = column.first; feature < column.first + column.count; feature++) {
      const start = feature * this.#rows;
      for (let row = 0; row < this.#rows; row++) {
        columns[start + row] = this.#bins[start + (order[row] as number)] as number;
      }
    }
  }

  #restore({ first, count }: FeatureColumn): void {
    const [from, to] = [first * this.#rows, (first + count) * this.#rows];
    this.#memory.array<Uint8Array>('columns').set(this.#bins.subarray(from, to), from);
  }
}

/** The class of the highest score of each row, ties to the lowest class; scores lie class after class. */
function highest(scores: Float32Array | Float64Array, rows: number): Uint16Array {
  const best = new Uint16Array(rows);
  for (let at = rows; at < scores.length; at++) {
    const row = at % rows;
    const leader = (best[row] as number) * rows + row;
    if ((scores[at] as number) > (scores[leader] as number)) best[row] = Math.floor(at / rows);
  }
  return best;
}

import type { FeatureColumn, SharedDataset } from '../../data/dataset.js';
import type { ColumnImportance } from '../../sweep.js';
import { type ColumnShuffle, ShuffledColumns } from '../shuffled-columns.js';
import type { Forest, ForestData } from './forest.js';
import { addRound, fillScores, openScores, type Tree } from './tree.js';
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
  const gains = columnGains(kept.forest.rounds.slice(0, kept.chosenRound).flat(), featureColumns);
  const drops = shuffles ? columnDrops(kept, gains, shouldStop) : [];
  if (drops === undefined) return undefined;
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return featureColumns.map(({ name }, at) => {
    const gain = gains[at] as number;
    return { column: name, gainShare: total === 0 ? 0 : gain / total, drops: drops[at] ?? null };
  });
}

/** By column, the gains of the splits on its features. */
function columnGains(trees: readonly Tree[], columns: readonly FeatureColumn[]): Float64Array {
  const columnOf = Int32Array.from(columns.flatMap(({ count }, index) => Array<number>(count).fill(index)));
  const sums = new Float64Array(columns.length);
  for (const { nodes, gains } of trees) {
    for (const [node, gain] of gains.entries()) {
      const feature = nodes[4 * node] as number;
      if (feature < 0) continue;
      const column = columnOf[feature] as number;
      sums[column] = (sums[column] as number) + gain;
    }
  }
  return sums;
}

/** What the metrics lose when a column is shuffled: nothing where no split is on it. */
function columnDrops(
  { kernel, forest, data, dataset, chosenRound }: KeptForest,
  gains: Float64Array,
  shouldStop: () => boolean,
): ReturnType<ShuffledColumns['drops']> | undefined {
  const rows = new ShuffledRows(kernel, data, dataset.split.validation.length);
  const rounds = forest.rounds.slice(0, chosenRound);
  const whole = rows.predictions(rounds, forest.initial);
  const measured = new ShuffledColumns(data.seed, dataset, whole);
  for (const shuffle of measured.shuffles()) {
    if (shouldStop()) return undefined;
    const isUsed = (gains[dataset.featureColumns.indexOf(shuffle.column)] as number) > 0;
    measured.add(shuffle, isUsed ? rows.predictions(rounds, forest.initial, shuffle) : whole);
  }
  return measured.drops();
}

/** The validation rows with the bins of one column in another order. */
class ShuffledRows {
  readonly #memory: TreeMemory;
  readonly #bins: Uint8Array;

  constructor(
    kernel: TreeKernel,
    { bins, config, classes }: ForestData,
    private readonly rows: number,
  ) {
    this.#bins = bins.columns.validation;
    this.#memory = openScores(
      kernel,
      { config, classes, rows },
      { layout: { columns: ['u8', this.#bins.length] } },
    );
    this.#memory.array<Uint8Array>('columns').set(this.#bins);
  }

  predictions(rounds: Forest['rounds'], initial: Float32Array, shuffle?: ColumnShuffle): Uint16Array {
    const { rows } = this;
    const scores = this.#memory.array<Float32Array>('scores');
    if (shuffle !== undefined) this.#reorder(shuffle);
    fillScores(scores, initial, rows);
    for (const trees of rounds) addRound(this.#memory, trees, { rows, stride: rows });
    if (shuffle !== undefined) this.#restore(shuffle.column);
    return highest(scores, rows);
  }

  #reorder({ column, order }: ColumnShuffle): void {
    const columns = this.#memory.array<Uint8Array>('columns');
    for (let feature = column.first; feature < column.first + column.count; feature++) {
      const start = feature * this.rows;
      for (let row = 0; row < this.rows; row++) {
        columns[start + row] = this.#bins[start + (order[row] as number)] as number;
      }
    }
  }

  #restore({ first, count }: FeatureColumn): void {
    const [from, to] = [first * this.rows, (first + count) * this.rows];
    this.#memory.array<Uint8Array>('columns').set(this.#bins.subarray(from, to), from);
  }
}

/** The class of the highest score of each row, ties to the lowest class; scores lie class after class. */
function highest(scores: Float32Array, rows: number): Uint16Array {
  const best = new Uint16Array(rows);
  for (let at = rows; at < scores.length; at++) {
    const row = at % rows;
    const leader = (best[row] as number) * rows + row;
    if ((scores[at] as number) > (scores[leader] as number)) best[row] = Math.floor(at / rows);
  }
  return best;
}

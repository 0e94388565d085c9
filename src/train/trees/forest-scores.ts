import type { SplitName } from '../../sweep.js';
import type { Forest, ForestData } from './forest.js';
import { addRound, fillScores, openScores } from './tree.js';
import type { TreeKernel, TreeMemory } from './tree-kernel.js';

/** Scores of the rows of a split, round by round. */
export class ForestScores {
  /** Class after class, the score of each row. */
  readonly scores: Float32Array;
  readonly #memory: TreeMemory;
  #rounds = 0;

  constructor(
    kernel: TreeKernel,
    private readonly forest: Forest,
    { bins, config }: Pick<ForestData, 'bins' | 'config'>,
    split: SplitName,
    private readonly rows: number,
  ) {
    this.#memory = openScores(
      kernel,
      { config, classes: forest.initial.length, rows },
      { given: { columns: bins.columns[split] } },
    );
    this.scores = this.#memory.array('scores');
    this.reset();
  }

  /** Goes back to before the first round. */
  reset(): void {
    this.#rounds = 0;
    fillScores(this.scores, this.forest.initial, this.rows);
  }

  /** Adds trees up to this round. */
  advance(round: number): void {
    for (; this.#rounds < round; this.#rounds++) {
      const trees = this.forest.rounds[this.#rounds] ?? [];
      addRound(this.#memory, trees, { rows: this.rows, stride: this.rows });
    }
  }

  /** rows × classes, row-major. */
  logits(): Float32Array {
    const classes = this.forest.initial.length;
    const logits = new Float32Array(this.scores.length);
    for (let cls = 0; cls < classes; cls++) {
      for (let row = 0; row < this.rows; row++) {
        logits[row * classes + cls] = this.scores[cls * this.rows + row] as number;
      }
    }
    return logits;
  }
}

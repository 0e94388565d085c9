const WORD_BITS = 32;

/**
 * How often each row was drawn, in several draws at once: their counts share one word, so that one addition serves all. Exact
 * as long as no sum of a draw exceeds `largest`.
 */
export class PackedCounts {
  /** Draws that are held together. */
  readonly draws: number;
  /** Per row. Of a sum of words, the draw at `place` has its sum of counts at (sum >>> (bits · place)) & mask. */
  readonly words: Int32Array;
  readonly bits: number;
  readonly mask: number;

  constructor(rows: number, largest: number) {
    this.bits = WORD_BITS - Math.clz32(largest);
    this.mask = 2 ** this.bits - 1;
    this.draws = Math.floor(WORD_BITS / this.bits);
    this.words = new Int32Array(rows);
  }

  clear(): void {
    this.words.fill(0);
  }

  /** Counts a row once more in the draw at `place`. */
  add(row: number, place: number): void {
    this.words[row] = (this.words[row] as number) + (1 << (this.bits * place));
  }
}

const WORD_BITS = 32;

/**
 * How often each row was drawn, in several draws at once: their counts share one word, so that one addition serves all. Exact
 * as long as no sum of a draw exceeds `largest`.
 */
export class PackedCounts {
  /** Draws that are held together. */
  readonly draws: number;
  /** Per row; sums of these are what `countIn` reads. */
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

  /** The sum of counts in the draw at `place`, out of a sum of words. */
  countIn(sum: number, place: number): number {
    return (sum >>> (this.bits * place)) & this.mask;
  }
}

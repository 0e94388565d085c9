/** Rows of the mean class that every class borrows, for its recall and for how runs differ in it. */
export const BORROWED = { recall: 4, difference: 1, spread: 4 } as const;

/** Classes weighed by the effect of their rows on a metric; `sums` are over the rows of a class. */
export class WeighedClasses {
  readonly total: number;
  readonly #weights: Float64Array;
  /** The rows of a single class whose mean would vary as much. */
  readonly #rows: number;

  constructor(
    private readonly support: Float64Array,
    effects: Float64Array,
  ) {
    this.#weights = effects.map((effect, c) => Math.abs(effect) * (support[c] as number));
    this.total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    this.#rows = this.total ** 2 / this.variance(this.#weights.map(() => 1));
  }

  mean(sums: Float64Array): number {
    const weighed = sums.map((sum, c) =>
      sum === 0 ? 0 : ((this.#weights[c] as number) * sum) / (this.support[c] as number),
    );
    return weighed.reduce((total, value) => total + value, 0) / this.total;
  }

  /** The mean of one value per class. */
  meanOf(values: Float64Array): number {
    return this.mean(values.map((value, c) => value * (this.support[c] as number)));
  }

  /** Per class the mean over its rows, moved towards `mean` as if by `borrowed` rows; `mean` is moved towards `prior` as if by one. */
  smooth(sums: Float64Array, borrowed: number, mean: number, prior: number): Float64Array {
    const towards = this.total === 0 ? prior : (mean * this.#rows + prior) / (this.#rows + 1);
    return sums.map((sum, c) => (sum + borrowed * towards) / ((this.support[c] as number) + borrowed));
  }

  /**
   * How much more the rows of each class would vary if none varied less than those of all classes, given sums and sums of squares.
   * `drawn` are the rows of a run: of a class of one, draws show nothing.
   */
  luckyAgreement(sums: Float64Array, squares: Float64Array, drawn: Float64Array): Float64Array {
    if (this.total === 0) return new Float64Array(sums.length);
    const ofRow = (values: Float64Array): Float64Array =>
      values.map((value, c) => value / Math.max(1, this.support[c] as number));
    const [means, meanSquares] = [ofRow(sums), ofRow(squares)];
    const overall = (values: Float64Array): number =>
      this.variance(values) / this.variance(values.map(() => 1));
    // Of the rows of all classes together, so that classes of one row, which vary in nothing alone, tell what they can.
    const pooled = Math.max(0, overall(meanSquares) - overall(means) ** 2);
    const usual = (pooled * this.#rows + 0.25) / (this.#rows + 1);
    return meanSquares.map((meanSquare, c) => {
      const rows = this.support[c] as number;
      const around = Math.max(0, meanSquare - (means[c] as number) ** 2);
      const seen = rows < 2 ? 0 : (around * rows) / (rows - 1);
      const shown = (drawn[c] as number) < 2 ? 0 : seen;
      const { spread } = BORROWED;
      return Math.max(0, (rows * seen + spread * usual) / (rows + spread) - shown);
    });
  }

  /** Of the metric, from the variance between the rows of each class. */
  variance(ofRows: Float64Array): number {
    return ofRows.reduce((sum, own, c) => {
      const weight = this.#weights[c] as number;
      return weight === 0 ? sum : sum + (weight ** 2 / (this.support[c] as number)) * own;
    }, 0);
  }
}

import type { Deviations, DeviationTable } from './deviations.js';
import type { Margins } from './margin-metrics.js';
import type { PackedCounts } from './packed-counts.js';

/** Margins of runs in a few draws of rows. A drawn row of a class with n rows, of which n − 1 are drawn, weighs n / (n − 1). */
export class MarginDraws {
  /** Packed counts of the cells, as the reference has them and as a run has them. */
  readonly #base: Int32Array;
  readonly #own: Int32Array;
  readonly #weights: Float64Array;
  readonly #margins: Margins;

  constructor(
    private readonly table: DeviationTable,
    private readonly counts: PackedCounts,
    support: Float64Array,
  ) {
    const { actual } = table;
    const weightOf = (rows: number) => rows / Math.max(1, rows - 1);
    this.#base = new Int32Array(actual.length);
    this.#own = new Int32Array(actual.length);
    this.#weights = Float64Array.from(actual, (cls) => weightOf(support[cls] as number));
    this.#margins = {
      support,
      predicted: new Float64Array(support.length),
      hits: new Float64Array(support.length),
    };
  }

  /** Takes in what the reference counts, after rows were drawn. */
  drawn(): void {
    const base = this.#base.fill(0);
    const { words } = this.counts;
    const { reference } = this.table;
    for (let row = 0; row < reference.length; row++) {
      const cell = reference[row] as number;
      base[cell] = ((base[cell] as number) + (words[row] as number)) | 0;
    }
  }

  /** Turns to a run. A cell's count is below zero only on the way. */
  turnTo({ rows, from, to }: Deviations): void {
    const own = this.#own;
    const { words } = this.counts;
    own.set(this.#base);
    for (let at = 0; at < rows.length; at++) {
      const word = words[rows[at] as number] as number;
      const less = from[at] as number;
      const more = to[at] as number;
      own[less] = ((own[less] as number) - word) | 0;
      own[more] = ((own[more] as number) + word) | 0;
    }
  }

  /** The run's margins in one draw, until the next call. */
  at(place: number): Margins {
    const own = this.#own;
    const weights = this.#weights;
    const { ends, hits: hitCells } = this.table;
    const { predicted, hits } = this.#margins;
    const { mask, bits } = this.counts;
    const shift = bits * place;
    for (let cls = 0, cell = 0; cls < hits.length; cls++) {
      const hit = hitCells[cls] as number;
      hits[cls] = (((own[hit] as number) >>> shift) & mask) * (weights[hit] as number);
      let sum = 0;
      for (const end = ends[cls] as number; cell < end; cell++)
        sum += (((own[cell] as number) >>> shift) & mask) * (weights[cell] as number);
      predicted[cls] = sum;
    }
    return this.#margins;
  }
}

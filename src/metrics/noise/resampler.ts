import type { Margins } from '../margin-metrics.js';
import type { Deviations, DeviationTable } from './deviations.js';
import { DRAWS_AT_ONCE, DrawnRuns } from './draw-kernel.js';

const COUNTS_BYTES = 4 * DRAWS_AT_ONCE;

/** Rows of the classes, class after class, and where each class ends. */
export interface Strata {
  readonly rows: Int32Array;
  readonly ends: Int32Array;
}

export interface Resampling {
  readonly table: DeviationTable;
  /** The runs to count, some of the table's or all. */
  readonly runs: readonly Deviations[];
  readonly strata: Strata;
  /** Where the stream of random numbers begins: see `streamState`. */
  readonly state: Uint32Array;
}

/**
 * Draws rows, a few times side by side, and gives runs' margins in them. Of a class with n rows, n − 1 are drawn with
 * replacement and weigh n / (n − 1) each; the one row of a class stays as it is.
 */
export class Resampler {
  readonly #drawn: DrawnRuns;
  /** How often each row was drawn in each of the draws, until the next call. */
  readonly counts: Int32Array;

  constructor({ table, runs, strata, state }: Resampling) {
    const { reference, ends, hits } = table;
    const counts = [reference.length, strata.ends.length, table.actual.length] as const;
    const [rowCount, , cells] = counts;
    const support = Float64Array.from(strata.ends, (end, cls) => end - (strata.ends[cls - 1] ?? 0));
    let atCounts = 0;
    this.#drawn = new DrawnRuns({
      runs,
      support,
      counts,
      pointers: (memory) => {
        atCounts = memory.room(rowCount * COUNTS_BYTES);
        return [
          memory.hold(state),
          memory.hold(strata.rows),
          memory.hold(strata.ends),
          memory.hold(reference),
          memory.hold(ends),
          memory.hold(hits),
          memory.hold(Float64Array.from(table.actual, (cls) => weightOf(support[cls] as number))),
          atCounts,
          memory.room(cells * COUNTS_BYTES),
          memory.room(cells * COUNTS_BYTES),
        ];
      },
    });
    this.counts = new Int32Array(this.#drawn.memory, atCounts, rowCount * DRAWS_AT_ONCE);
  }

  /** Draws the rows of the next draws. */
  draw(): void {
    this.#drawn.kernel.draw(this.#drawn.at);
  }

  /** A run's margins in each of the draws, until the next call. */
  count(run: number): readonly Margins[] {
    return this.#drawn.count('count', run);
  }
}

/** What a drawn row of a class of so many rows counts. */
export function weightOf(rows: number): number {
  return rows / Math.max(1, rows - 1);
}

/** The strata of rows with these classes. */
export function strataOf(labels: Uint16Array, classCount: number): Strata {
  const ends = new Int32Array(classCount);
  for (const label of labels) ends[label] = (ends[label] as number) + 1;
  for (let cls = 1; cls < classCount; cls++) ends[cls] = (ends[cls] as number) + (ends[cls - 1] as number);
  const starts = Int32Array.from(ends, (_, cls) => ends[cls - 1] ?? 0);
  const rows = new Int32Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const at = starts[labels[row] as number] as number;
    rows[at] = row;
    starts[labels[row] as number] = at + 1;
  }
  return { rows, ends };
}

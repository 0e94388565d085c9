import type { Margins } from '../../margin-metrics.js';
import type { DeviationTable } from '../deviations.js';
import { DRAWS_AT_ONCE, DrawnRuns, SUMS_BYTES } from '../draw-kernel.js';

export interface Weighing {
  readonly table: DeviationTable;
  /** By row. */
  readonly labels: Uint16Array;
  /** By row, what it is drawn with. */
  readonly units: Uint32Array;
  /** By class, its rows. */
  readonly support: Float64Array;
  /** By class, the weights that its rows may have, as many for each. */
  readonly tables: readonly Float64Array[];
  readonly unitCount: number;
}

/** Weighs the rows of a split, a few draws side by side, and gives runs' margins: see native/resample.cc. */
export class Weigher {
  readonly #drawn: DrawnRuns;
  readonly #places: Uint16Array;
  /** Of each row in each of the draws, until the next call. */
  readonly weights: Float64Array;

  constructor({ table, labels, units, support, tables, unitCount }: Weighing) {
    const { actual, ends, hits, reference, runs } = table;
    const tableSize = tables[0]?.length ?? 0;
    const all = new Float64Array(tables.length * tableSize);
    tables.forEach((own, cls) => {
      all.set(own, cls * tableSize);
    });
    const placeCount = unitCount * DRAWS_AT_ONCE;
    let [atPlaces, atWeights] = [0, 0];
    this.#drawn = new DrawnRuns({
      runs,
      support,
      counts: [labels.length, support.length, actual.length, tableSize],
      pointers: (memory) => {
        atPlaces = memory.room(placeCount * Uint16Array.BYTES_PER_ELEMENT);
        atWeights = memory.room(labels.length * SUMS_BYTES);
        return [
          memory.hold(units),
          memory.hold(Int32Array.from(labels)),
          memory.hold(reference),
          memory.hold(ends),
          memory.hold(hits),
          memory.hold(support),
          memory.hold(all),
          atPlaces,
          atWeights,
          ...[actual.length, actual.length, support.length].map((count) => memory.room(count * SUMS_BYTES)),
        ];
      },
    });
    this.#places = new Uint16Array(this.#drawn.memory, atPlaces, placeCount);
    this.weights = new Float64Array(this.#drawn.memory, atWeights, labels.length * DRAWS_AT_ONCE);
  }

  /** Takes for each unit which of the weights it has in each of the next draws: weights of a class sum to its rows. */
  weigh(places: Uint16Array): void {
    this.#places.set(places);
    this.#drawn.kernel.weigh(this.#drawn.at);
  }

  /** A run's margins in each of the draws, until the next call. */
  count(run: number): readonly Margins[] {
    return this.#drawn.count('countWeighed', run);
  }
}

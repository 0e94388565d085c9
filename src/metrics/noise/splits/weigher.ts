import type { Margins } from '../../margin-metrics.js';
import type { DeviationTable } from '../deviations.js';
import {
  type DrawKernel,
  drawKernel,
  MemoryLayout,
  marginsOfDraws,
  type PlacedDeviations,
  SUMS_BYTES,
} from '../draw-kernel.js';

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
  /** For each unit and draw side by side which of the weights it has: to be written before each call of `weigh`. */
  readonly places: Uint16Array;
}

/** Weighs the rows of a split, a few draws side by side, and gives runs' margins: see native/resample.cc. */
export class Weigher {
  readonly #wasm: DrawKernel;
  readonly #weighing: number;
  readonly #runs: readonly PlacedDeviations[];
  readonly #margins: readonly Margins[];
  readonly #places: Uint16Array;

  constructor({ table, labels, units, support, tables, places }: Weighing) {
    this.#wasm = drawKernel();
    const memory = new MemoryLayout(this.#wasm);
    const { actual, ends, hits, reference, runs } = table;
    const tableSize = tables[0]?.length ?? 0;
    const counts = [labels.length, support.length, actual.length, tableSize];
    const atPlaces = memory.room(places.byteLength);
    const all = new Float64Array(tables.length * tableSize);
    tables.forEach((own, cls) => {
      all.set(own, cls * tableSize);
    });
    const inputs = [
      memory.hold(units),
      memory.hold(Int32Array.from(labels)),
      memory.hold(reference),
      memory.hold(ends),
      memory.hold(hits),
      memory.hold(support),
      memory.hold(all),
      atPlaces,
    ];
    const rooms = [labels.length, actual.length, actual.length, support.length].map((count) =>
      memory.room(count * SUMS_BYTES),
    );
    const sums = [0, 1].map(() => memory.room(support.length * SUMS_BYTES)) as [number, number];
    this.#weighing = memory.hold(Int32Array.from([...counts, ...inputs, ...rooms, ...sums]));
    this.#runs = runs.map((run) => memory.holdRun(run));
    const buffer = memory.write();
    this.#margins = marginsOfDraws(buffer, sums, support);
    this.#places = new Uint16Array(buffer, atPlaces, places.length);
  }

  /** Takes the places of the next draws, for all runs: weights of a class sum to its rows. */
  weigh(places: Uint16Array): void {
    this.#places.set(places);
    this.#wasm.weigh(this.#weighing);
  }

  /** A run's margins in each of the draws, until the next call. */
  count(run: number): readonly Margins[] {
    const { rows, to, count } = this.#runs[run] as PlacedDeviations;
    this.#wasm.countWeighed(this.#weighing, rows, to, count);
    return this.#margins;
  }
}

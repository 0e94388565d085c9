import { NOTHING, type PredictionGroups } from './deviations.js';
import type { Margins } from './margin-metrics.js';
import type { PackedCounts } from './packed-counts.js';

/** Margins of one run in a few draws of rows. A drawn row of a class with n rows, of which n − 1 are drawn, weighs n / (n − 1). */
export class MarginDraws {
  // classes × draws, a class's draws side by side
  readonly #predicted: Float64Array;
  readonly #hits: Float64Array;
  readonly #weights: Float64Array;
  readonly #margins: Margins;

  constructor(
    support: Float64Array,
    private readonly draws: number,
  ) {
    this.#predicted = new Float64Array(support.length * draws);
    this.#hits = new Float64Array(support.length * draws);
    this.#weights = support.map((rows) => rows / Math.max(1, rows - 1));
    this.#margins = {
      support,
      predicted: new Float64Array(support.length),
      hits: new Float64Array(support.length),
    };
  }

  clear(): void {
    this.#predicted.fill(0);
    this.#hits.fill(0);
  }

  copy(other: MarginDraws): void {
    this.#predicted.set(other.#predicted);
    this.#hits.set(other.#hits);
  }

  /** Takes changed predictions of drawn rows in. */
  change(groups: PredictionGroups, counts: PackedCounts): void {
    const { rows, ends } = groups;
    const { words, bits, mask } = counts;
    const draws = this.draws;
    const predicted = this.#predicted;
    const hits = this.#hits;
    for (let group = 0, at = 0; group < ends.length; group++) {
      const end = ends[group] as number;
      let sum = sumOf(words, rows, at, end);
      at = end;
      if (sum === 0) continue;
      const actual = groups.actual[group] as number;
      const from = groups.from[group] as number;
      const to = groups.to[group] as number;
      const weight = this.#weights[actual] as number;
      const hit = to === actual ? weight : from === actual ? -weight : 0;
      const gains = to * draws;
      const loses = (from === NOTHING ? to : from) * draws;
      const kept = from === NOTHING ? 0 : weight;
      const own = actual * draws;
      for (let place = 0; place < draws; place++, sum >>>= bits) {
        const count = sum & mask;
        predicted[gains + place] = (predicted[gains + place] as number) + count * weight;
        predicted[loses + place] = (predicted[loses + place] as number) - count * kept;
        hits[own + place] = (hits[own + place] as number) + count * hit;
      }
    }
  }

  /** The margins of one draw, until the next call. */
  at(place: number): Margins {
    const { predicted, hits } = this.#margins;
    for (let c = 0, from = place; c < hits.length; c++, from += this.draws) {
      predicted[c] = this.#predicted[from] as number;
      hits[c] = this.#hits[from] as number;
    }
    return this.#margins;
  }
}

/** Of the words of rows[from, to). */
function sumOf(words: Int32Array, rows: Int32Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum = (sum + (words[rows[at] as number] as number)) | 0;
  return sum;
}

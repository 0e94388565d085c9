import { LOGIT_STEPS } from '../../sweep.js';
import type { ScoredRows } from './scored-rows.js';

/**
 * The two classes of the highest shifted logits of some rows, of equal ones the first: whichever class is left out, one of them is what the
 * others decide.
 */
export class TopClasses {
  readonly #rows: ScoredRows;
  readonly #seen: readonly number[];
  readonly #offsets: Float64Array;
  /** Two classes a row, and their shifted logits. */
  readonly #top: Uint16Array;
  readonly #values: Float64Array;

  /** `offsets` are read now; later ones come by `move`. */
  constructor(rows: ScoredRows, seen: readonly number[], offsets: Float64Array) {
    this.#rows = rows;
    this.#seen = seen;
    this.#offsets = offsets.slice();
    this.#top = new Uint16Array(2 * seen.length);
    this.#values = new Float64Array(2 * seen.length);
    for (const at of seen.keys()) this.#find(at);
  }

  /** Where in `values` and `top` the highest class but `cls` of the row at a place of `seen` is. */
  #other(at: number, cls: number): number {
    return this.#top[2 * at] === cls ? 2 * at + 1 : 2 * at;
  }

  /** What a row is decided for without `cls`. */
  rival(at: number, cls: number): number {
    return this.#top[this.#other(at, cls)] as number;
  }

  /** The offset of `cls` above which a row is decided for it. */
  margin(at: number, cls: number): number {
    const { logits } = this.#rows;
    const distance = logits[(this.#seen[at] as number) * this.#offsets.length + cls] as number;
    return (this.#values[this.#other(at, cls)] as number) + distance / LOGIT_STEPS;
  }

  /** Gives a class another offset. */
  move(cls: number, offset: number): void {
    this.#offsets[cls] = offset;
    for (const at of this.#seen.keys()) {
      const second = 2 * at + 1;
      if (this.#top[2 * at] === cls || this.#top[second] === cls) this.#find(at);
      else this.#insert(at, cls);
    }
  }

  #find(at: number): void {
    this.#values.fill(Number.NEGATIVE_INFINITY, 2 * at, 2 * at + 2);
    for (let cls = 0; cls < this.#offsets.length; cls++) this.#insert(at, cls);
  }

  /** Puts a class that is not among a row's two there, if it is one of them. */
  #insert(at: number, cls: number): void {
    const value =
      (this.#offsets[cls] as number) -
      (this.#rows.logits[(this.#seen[at] as number) * this.#offsets.length + cls] as number) / LOGIT_STEPS;
    const [first, second] = [2 * at, 2 * at + 1];
    if (!this.#isAbove(value, cls, second)) return;
    const place = this.#isAbove(value, cls, first) ? first : second;
    if (place === first) {
      this.#top[second] = this.#top[first] as number;
      this.#values[second] = this.#values[first] as number;
    }
    this.#top[place] = cls;
    this.#values[place] = value;
  }

  #isAbove(value: number, cls: number, place: number): boolean {
    const other = this.#values[place] as number;
    return value > other || (value === other && cls < (this.#top[place] as number));
  }
}

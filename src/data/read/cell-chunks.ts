import { CHUNK_ROWS } from './table.js';

const FIRST_CHUNK_ROWS = 1024;

/** The cells of a column, codes first and perhaps numbers later, in chunks that begin small: a wide, short table takes little memory. */
export class CellChunks {
  private full: (Int32Array | Float32Array | Float64Array)[] = [];
  private open: Int32Array | Float64Array = new Int32Array(FIRST_CHUNK_ROWS);
  private filled = 0;

  push(cell: number): void {
    if (this.filled === this.open.length) this.makeRoom();
    this.open[this.filled++] = cell;
  }

  /** Turns codes into the numbers that they stand for. */
  becomeNumbers(numberOf: (code: number) => number): void {
    this.full = this.full.map((chunk) => compact(Float64Array.from(chunk, numberOf)));
    this.open = Float64Array.from(this.open, numberOf);
  }

  /** Replaces every code by its new one; −1 stays. */
  recode(codes: Int32Array): void {
    for (const chunk of [...this.full, this.open.subarray(0, this.filled)]) {
      chunk.forEach((code, at) => {
        if (code >= 0) chunk[at] = codes[code] as number;
      });
    }
  }

  /** How many cells have each of the codes from 0 on. */
  count(codes: number): Int32Array {
    const counts = new Int32Array(codes);
    for (const chunk of [...this.full, this.open.subarray(0, this.filled)]) {
      for (const code of chunk) if (code >= 0) counts[code] = (counts[code] as number) + 1;
    }
    return counts;
  }

  finishCodes(): Int32Array[] {
    this.closeChunk();
    return this.full as Int32Array[];
  }

  finishNumbers(): (Float32Array | Float64Array)[] {
    this.closeChunk();
    return this.full as (Float32Array | Float64Array)[];
  }

  private makeRoom(): void {
    if (this.filled === CHUNK_ROWS) {
      this.closeChunk();
      return;
    }
    const { open } = this;
    const rows = Math.min(CHUNK_ROWS, 4 * open.length);
    this.open = open instanceof Int32Array ? new Int32Array(rows) : new Float64Array(rows);
    this.open.set(open);
  }

  private closeChunk(): void {
    if (this.filled === 0) return;
    const cells = this.open.subarray(0, this.filled);
    this.full.push(cells instanceof Float64Array ? compact(cells) : cells.slice());
    this.filled = 0;
  }
}

/** A copy in float32 where that loses nothing, which halves counts and flags. */
function compact(values: Float64Array): Float32Array | Float64Array {
  const lossless = values.every((value) => Number.isNaN(value) || Math.fround(value) === value);
  return lossless ? Float32Array.from(values) : Float64Array.from(values);
}

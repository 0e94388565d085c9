const FIRST_ROWS = 4096;

/** Cells of a column that wait to be used: numbers, or codes of categories. */
export class GrowingCells {
  values = new Float64Array(FIRST_ROWS);
  count = 0;

  push(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Float64Array(2 * this.values.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }

  /** Forgets the first cells. */
  drop(cells: number): void {
    this.values.copyWithin(0, cells, this.count);
    this.count -= cells;
  }
}

import { type CategoricalColumn, flatCodes, type RowGroups } from './table.js';

/** One group for each combination of values that occurs. */
export function rowGroups(columns: readonly CategoricalColumn[]): RowGroups {
  let codes: Int32Array = new Int32Array(0);
  let count = 0;
  for (const [at, column] of columns.entries()) {
    const own = flatCodes(column);
    const numberOf = new Map<number, number>();
    // Below 2^31 rows the product of two codes is exact.
    const keys =
      at === 0
        ? own
        : Float64Array.from(own, (code, row) => (codes[row] as number) * column.categories.length + code);
    codes = Int32Array.from(keys, (key) => {
      const known = numberOf.get(key) ?? numberOf.size;
      numberOf.set(key, known);
      return known;
    });
    count = numberOf.size;
  }
  return { columns: columns.map(({ name }) => name), codes, count };
}

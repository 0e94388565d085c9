/** Cells that the kernel takes at a time, so that it needs little memory beside that of the whole table. */
const MOST_CELLS = 2 ** 18;

/** Rows that follow each other. */
export interface RowPart {
  readonly begin: number;
  readonly count: number;
}

/** Rows of the longest part. */
export function longestPart(rows: number, features: number): number {
  return Math.min(rows, Math.max(1, Math.floor(MOST_CELLS / features)));
}

/** Rows in parts of the longest length, but for the last one. */
export function rowParts(rows: number, features: number): readonly RowPart[] {
  const longest = longestPart(rows, features);
  return Array.from({ length: Math.ceil(rows / Math.max(1, longest)) }, (_, at) => ({
    begin: at * longest,
    count: Math.min(longest, rows - at * longest),
  }));
}

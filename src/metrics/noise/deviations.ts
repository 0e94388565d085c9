/** What runs predict for the same rows, as cells of a confusion matrix: the true class of a row and its predicted class. */
export interface DeviationTable {
  /** The true class of each cell that occurs; cells of one predicted class are adjacent. */
  readonly actual: Uint16Array;
  /** Per predicted class, where its cells end. */
  readonly ends: Int32Array;
  /** Per class, the cell of its rows that are predicted rightly. */
  readonly hits: Int32Array;
  /** Per row, the cell of its most frequent prediction. */
  readonly reference: Int32Array;
  /** Per run, what differs from it: runs of a sweep mostly agree. */
  readonly runs: readonly Deviations[];
}

/** Rows that count in the cells `to` instead of the reference's. */
export interface Deviations {
  readonly rows: Int32Array;
  readonly to: Int32Array;
}

/** `predictions`: per run, the class of each row. */
export function deviationTable(
  labels: Uint16Array,
  predictions: readonly Uint16Array[],
  classCount: number,
): DeviationTable {
  const mostly = mostFrequent(predictions, labels.length, classCount);
  const place = (actual: number, predicted: number) => predicted * classCount + actual;
  const present = new Uint8Array(classCount ** 2);
  for (let cls = 0; cls < classCount; cls++) present[place(cls, cls)] = 1;
  for (const run of [mostly, ...predictions]) {
    for (let row = 0; row < run.length; row++) present[place(labels[row] as number, run[row] as number)] = 1;
  }
  const places = Int32Array.from(present.keys()).filter((at) => present[at] === 1);
  const cellAt = new Int32Array(classCount ** 2);
  places.forEach((at, cell) => {
    cellAt[at] = cell;
  });
  const cellOf = (run: Uint16Array, row: number) =>
    cellAt[place(labels[row] as number, run[row] as number)] as number;
  const reference = new Int32Array(labels.length);
  for (let row = 0; row < reference.length; row++) reference[row] = cellOf(mostly, row);
  const scratch = new Int32Array(labels.length);
  const runs = predictions.map((run) => {
    let count = 0;
    for (let row = 0; row < run.length; row++) if (run[row] !== mostly[row]) scratch[count++] = row;
    const rows = scratch.slice(0, count);
    return { rows, to: rows.map((row) => cellOf(run, row)) };
  });
  return {
    actual: Uint16Array.from(places, (at) => at % classCount),
    ends: Int32Array.from(
      { length: classCount },
      (_, cls) => places.findLastIndex((at) => at < place(0, cls + 1)) + 1,
    ),
    hits: Int32Array.from({ length: classCount }, (_, cls) => cellAt[place(cls, cls)] as number),
    reference,
    runs,
  };
}

/** Rows whose votes are counted at once. */
const VOTED_ROWS = 256;

/** Per row, the class that most runs predict; the first of equals. */
export function mostFrequent(
  predictions: readonly Uint16Array[],
  rows: number,
  classCount: number,
): Uint16Array {
  const mostly = new Uint16Array(rows);
  const votes = new Uint32Array(VOTED_ROWS * classCount);
  for (let first = 0; first < rows; first += VOTED_ROWS) {
    const end = Math.min(rows, first + VOTED_ROWS);
    votes.fill(0);
    for (const run of predictions) {
      for (let row = first; row < end; row++) {
        const at = (row - first) * classCount + (run[row] as number);
        votes[at] = (votes[at] as number) + 1;
      }
    }
    for (let row = first, at = 0; row < end; row++) {
      let most = 0;
      for (let cls = 0; cls < classCount; cls++, at++) {
        if ((votes[at] as number) <= most) continue;
        most = votes[at] as number;
        mostly[row] = cls;
      }
    }
  }
  return mostly;
}

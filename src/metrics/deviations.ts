/** What runs predict of the same rows, as cells of a confusion matrix: the class of a row, and one that it is predicted as. */
export interface DeviationTable {
  /** Of each cell that occurs, the true class; cells of one predicted class stand together. */
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

/** Rows that count in cell `to` instead of cell `from`. */
export interface Deviations {
  readonly rows: Int32Array;
  readonly from: Int32Array;
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
  const reference = Int32Array.from(mostly.keys(), (row) => cellOf(mostly, row));
  const runs = predictions.map((run) => {
    const rows = Int32Array.from(run.keys()).filter((row) => run[row] !== mostly[row]);
    const from = rows.map((row) => reference[row] as number);
    return { rows, from, to: rows.map((row) => cellOf(run, row)) };
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

function mostFrequent(predictions: readonly Uint16Array[], rows: number, classCount: number): Uint16Array {
  const votes = new Uint32Array(rows * classCount);
  for (const run of predictions) {
    for (let row = 0; row < rows; row++) {
      const at = row * classCount + (run[row] as number);
      votes[at] = (votes[at] as number) + 1;
    }
  }
  return Uint16Array.from({ length: rows }, (_, row) => {
    const own = votes.subarray(row * classCount, (row + 1) * classCount);
    return own.indexOf(own.reduce((most, count) => Math.max(most, count), 0));
  });
}

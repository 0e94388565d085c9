/** Rows of one true class that are predicted as `to` instead of `from`, group after group. */
export interface PredictionGroups {
  readonly rows: Int32Array;
  /** Per group, where its rows end. */
  readonly ends: Int32Array;
  readonly actual: Uint16Array;
  /** `NOTHING` in the reference itself. */
  readonly from: Uint16Array;
  readonly to: Uint16Array;
}

/** Predictions of many runs as what they change of the most frequent prediction of each row: runs of a sweep mostly agree. */
export interface DeviationTable {
  readonly reference: PredictionGroups;
  readonly runs: readonly PredictionGroups[];
}

/** Stands where no class does. */
export const NOTHING = 0xffff;

/** `predictions`: per run, the class of each row. */
export function deviationTable(
  labels: Uint16Array,
  predictions: readonly Uint16Array[],
  classCount: number,
): DeviationTable {
  const nothing = new Uint16Array(labels.length).fill(NOTHING);
  const reference = mostFrequent(predictions, labels.length, classCount);
  return {
    reference: changes(labels, nothing, reference),
    runs: predictions.map((run) => changes(labels, reference, run)),
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

function changes(labels: Uint16Array, from: Uint16Array, to: Uint16Array): PredictionGroups {
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    if (from[row] === to[row]) continue;
    const cell = ((labels[row] as number) * 2 ** 16 + (from[row] as number)) * 2 ** 16 + (to[row] as number);
    const rows = rowsOf.get(cell);
    if (rows === undefined) rowsOf.set(cell, [row]);
    else rows.push(row);
  }
  const groups = [...rowsOf.values()];
  const first = groups.map((rows) => rows[0] as number);
  let end = 0;
  return {
    rows: Int32Array.from(groups.flat()),
    ends: Int32Array.from(groups, (rows) => {
      end += rows.length;
      return end;
    }),
    actual: Uint16Array.from(first, (row) => labels[row] as number),
    from: Uint16Array.from(first, (row) => from[row] as number),
    to: Uint16Array.from(first, (row) => to[row] as number),
  };
}

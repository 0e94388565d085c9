/** Where one run's prediction of an outcome differs from the reference's; parallel arrays. */
export interface Deviations {
  readonly outcome: Int32Array;
  readonly predicted: Uint16Array;
}

/**
 * Rows that all runs treat alike fall together: an outcome is a true class with one prediction per run. What a run predicts is
 * kept as its deviations from the most frequent prediction of each outcome, because runs of one sweep agree on most rows.
 */
export interface JointOutcomes {
  readonly classCount: number;
  readonly support: Float64Array;
  /** Per class, the outcome of each of its rows. */
  readonly rowsOfClass: readonly Int32Array[];
  /** True class, and the reference prediction, of each outcome. */
  readonly truth: Uint16Array;
  readonly reference: Uint16Array;
  readonly runs: readonly Deviations[];
}

/** Groups the rows of a split by what `predictions` (one array per run) say of them. */
export function jointOutcomes(
  labels: Uint16Array,
  predictions: readonly Uint16Array[],
  classCount: number,
): JointOutcomes {
  const index = new Map<string, number>();
  const firstRow: number[] = [];
  const rowsOfClass: number[][] = Array.from({ length: classCount }, () => []);
  for (let row = 0; row < labels.length; row++) {
    const seen = [labels, ...predictions].map((classes) => String.fromCharCode(classes[row] as number));
    const key = seen.join('');
    let outcome = index.get(key);
    if (outcome === undefined) {
      outcome = firstRow.length;
      index.set(key, outcome);
      firstRow.push(row);
    }
    rowsOfClass[labels[row] as number]?.push(outcome);
  }
  const reference = Uint16Array.from(firstRow, (row) => mostFrequent(predictions, row, classCount));
  return {
    classCount,
    support: Float64Array.from(rowsOfClass, (rows) => rows.length),
    rowsOfClass: rowsOfClass.map((rows) => Int32Array.from(rows)),
    truth: Uint16Array.from(firstRow, (row) => labels[row] as number),
    reference,
    runs: predictions.map((run) => deviations(run, firstRow, reference)),
  };
}

function mostFrequent(predictions: readonly Uint16Array[], row: number, classCount: number): number {
  const counts = new Uint32Array(classCount);
  for (const run of predictions) {
    const predicted = run[row] as number;
    counts[predicted] = (counts[predicted] as number) + 1;
  }
  return counts.indexOf(Math.max(...counts));
}

function deviations(run: Uint16Array, firstRow: readonly number[], reference: Uint16Array): Deviations {
  const outcome: number[] = [];
  const predicted: number[] = [];
  firstRow.forEach((row, at) => {
    if (run[row] === reference[at]) return;
    outcome.push(at);
    predicted.push(run[row] as number);
  });
  return { outcome: Int32Array.from(outcome), predicted: Uint16Array.from(predicted) };
}

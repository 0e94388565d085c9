/** What the members of an ensemble say of rows together. */
export interface EnsembleRows {
  /** Class after class, the mean probability of each row. */
  readonly columns: Float64Array;
  /** The same, rows × classes. */
  readonly values: Float64Array;
  readonly predictions: Uint16Array;
}

/** Probabilities are clipped to [ε, 1 − ε], as scikit-learn's log_loss does with float64. */
const EPSILON = 2 ** -52;

/** The mean of the probabilities of members, each class after class. The sum is in their order. */
export function ensembleRows(members: readonly Float64Array[], classes: number): EnsembleRows {
  const columns = new Float64Array(members[0]?.length ?? 0);
  for (const own of members) {
    for (let at = 0; at < columns.length; at++) columns[at] = (columns[at] as number) + (own[at] as number);
  }
  const rows = columns.length / classes;
  const values = new Float64Array(columns.length);
  for (let at = 0; at < columns.length; at++) {
    const mean = (columns[at] as number) / members.length;
    columns[at] = mean;
    values[(at % rows) * classes + Math.floor(at / rows)] = mean;
  }
  return { columns, values, predictions: mostProbable(values, classes) };
}

/** The arg-max of every row of rows × classes; ties go to the lowest class. */
export function mostProbable(values: Float32Array | Float64Array, classes: number): Uint16Array {
  return Uint16Array.from({ length: values.length / classes }, (_, row) => {
    let best = 0;
    for (let cls = 1; cls < classes; cls++) {
      if ((values[row * classes + cls] as number) > (values[row * classes + best] as number)) best = cls;
    }
    return best;
  });
}

/** The sum over rows of −log of the probability of their class, in nats. */
export function crossEntropySum(rows: number, probabilityOf: (row: number) => number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    sum -= Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, probabilityOf(row))));
  }
  return sum;
}

/** Mean and population standard deviation. */
export interface Moments {
  readonly mean: number;
  readonly sd: number;
}

/** Float32 does not see a mean that is off by less than this share of the standard deviation. */
const UNSEEN = 2 ** -24;
/** Squares of smaller deviations leave the range of float64. */
const SMALL_DEVIATION = 1e-140;

/** In float64 and two passes; the second also finds by how much rounding has put the mean off. */
export function momentsOf(values: Float64Array): Moments {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let [error, squares, largest] = [0, 0, 0];
  for (const value of values) {
    const deviation = value - mean;
    error += deviation;
    squares += deviation ** 2;
    largest = Math.max(largest, Math.abs(deviation));
  }
  error /= values.length;
  const isSmall = largest > 0 && largest < SMALL_DEVIATION;
  const sd = isSmall
    ? largest * rootMeanSquare(values, (value) => (value - mean) / largest)
    : Math.sqrt(squares / values.length);
  if (Math.abs(error) <= UNSEEN * sd) return { mean, sd };
  const corrected = mean + error;
  return { mean: corrected, sd: rootMeanSquare(values, (value) => value - corrected) };
}

function rootMeanSquare(values: Float64Array, of: (value: number) => number): number {
  let squares = 0;
  for (const value of values) squares += of(value) ** 2;
  return Math.sqrt(squares / values.length);
}

/** Whether values differ by no more than rounding: the bound of scikit-learn's StandardScaler. */
export function isConstant({ mean, sd }: Moments, count: number): boolean {
  const unit = count * Number.EPSILON;
  return !Number.isFinite(1 / sd) || sd * Math.sqrt(Math.max(0, 1 - unit)) <= unit * Math.abs(mean);
}

/** Mean and population standard deviation. */
export interface Moments {
  readonly mean: number;
  /** The rounding error of the mean, if float32 can show it: far from zero, float64 cannot hold the mean of values that hardly vary. */
  readonly rest: number;
  readonly sd: number;
}

/** Float32 cannot show an error of the mean below this share of the standard deviation. */
const UNSEEN = 2 ** -24;
/** Squares of smaller deviations leave the range of float64. */
const SMALL_DEVIATION = 1e-140;

/** In float64 and two passes; the second also finds the rounding error of the mean. */
export function momentsOf(values: Float64Array): Moments {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let [error, largest] = [0, 0];
  for (const value of values) {
    const deviation = value - mean;
    error += deviation;
    largest = Math.max(largest, Math.abs(deviation));
  }
  error /= values.length;
  const unit = largest > 0 && largest < SMALL_DEVIATION ? largest : 1;
  const sd = deviationFrom(values, { mean, rest: 0, unit });
  if (Math.abs(error) <= UNSEEN * sd) return { mean, rest: 0, sd };
  return { mean, rest: error, sd: deviationFrom(values, { mean, rest: error, unit }) };
}

/** The root mean square of the deviations, squared in units of `unit`. */
function deviationFrom(
  values: Float64Array,
  { mean, rest, unit }: Pick<Moments, 'mean' | 'rest'> & { readonly unit: number },
): number {
  let squares = 0;
  for (const value of values) squares += ((value - mean - rest) / unit) ** 2;
  return unit * Math.sqrt(squares / values.length);
}

/** Whether values differ by no more than rounding: the bound of scikit-learn's StandardScaler. */
export function isConstant({ mean, sd }: Moments, count: number): boolean {
  const unit = count * Number.EPSILON;
  return !Number.isFinite(1 / sd) || sd * Math.sqrt(Math.max(0, 1 - unit)) <= unit * Math.abs(mean);
}

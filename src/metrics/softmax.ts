/** Steps of the table of powers of two, and what they are in nats, in two parts so that a product with up to 2^17 is exact. */
const STEPS = 64;
const STEP = Math.LN2 / STEPS;
const STEP_HIGH = Math.fround(STEP);
const STEP_LOW = -2.9760223436840126e-11;
/** Added and taken away again, it rounds to the nearest whole number. */
const ROUNDER = 1.5 * 2 ** 52;
const LOWEST = -708;
const FRACTIONS = Float64Array.from({ length: STEPS }, (_, at) => 2 ** (at / STEPS));
const WHOLES = Float64Array.from({ length: 1 - Math.floor(LOWEST / Math.LN2) + 1 }, (_, at) => 2 ** -at);

/**
 * Softmax of logits, rows × classes, in float64, as a column per class. Each exp is 2^(k / 64) · exp(r) with |r| ≤ ln 2 / 128,
 * which five terms give to the last bit or two: it takes half as long as Math.exp. exp below −708 is 0.
 */
export function softmaxColumns(logits: Float32Array, classes: number): Float64Array {
  const rows = logits.length / classes;
  const columns = new Float64Array(logits.length);
  const powers = new Float64Array(classes);
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    let largest = logits[start] as number;
    for (let j = 1; j < classes; j++) {
      const logit = logits[start + j] as number;
      if (logit > largest) largest = logit;
    }
    let total = 0;
    for (let j = 0; j < classes; j++) {
      const power = expBelow((logits[start + j] as number) - largest);
      powers[j] = power;
      total += power;
    }
    const share = 1 / total;
    for (let j = 0, at = row; j < classes; j++, at += rows) columns[at] = (powers[j] as number) * share;
  }
  return columns;
}

/** exp of what is not above 0. */
function expBelow(x: number): number {
  if (!(x >= LOWEST)) return x < LOWEST ? 0 : Number.NaN;
  const k = x * (1 / STEP) + ROUNDER - ROUNDER;
  const r = x - k * STEP_HIGH - k * STEP_LOW;
  const whole = k >> 6;
  const power = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))));
  return (FRACTIONS[k & 63] as number) * power * (WHOLES[-whole] as number);
}

/** The class with the largest value of every row of rows × classes, row-major; ties go to the lowest class. */
export function argMaxRows(values: Float32Array | Float64Array, classes: number): Uint16Array {
  return Uint16Array.from({ length: values.length / classes }, (_, row) => {
    let best = 0;
    for (let cls = 1; cls < classes; cls++) {
      if ((values[row * classes + cls] as number) > (values[row * classes + best] as number)) best = cls;
    }
    return best;
  });
}

/** What the members of an ensemble say of rows together. */
export interface EnsembleRows {
  /** Class after class, the mean probability of each row. */
  readonly columns: Float64Array;
  /** The same, rows × classes. */
  readonly values: Float64Array;
  readonly predictions: Uint16Array;
}

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
  return { columns, values, predictions: argMaxRows(values, classes) };
}

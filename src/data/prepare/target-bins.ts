/** Bins have at least this many training rows: fewer say too little of their classes. */
export const LEAST_BIN_ROWS = 10;

/** The numbers of a column with the classes of their rows. */
export interface LabeledNumbers {
  readonly values: Float64Array;
  /** Class of each. */
  readonly labels: Int32Array;
}

/** Rows [from, to) in the order of their numbers, with their best cut. */
interface Part {
  readonly from: number;
  readonly to: number;
  /** The first row behind the cut. */
  readonly cut: number;
  /** How much the cut lessens the Gini impurity, times rows. */
  readonly gain: number;
}

/**
 * Edges of bins that tell classes apart (Gorishniy et al. 2022): the thresholds of a decision tree on the column alone, grown best
 * first to so many leaves by the Gini impurity, between the least number and the largest.
 */
export function targetEdges({ values, labels }: LabeledNumbers, leaves: number): readonly number[] {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const sorted = Float64Array.from(order, (row) => values[row] as number);
  const classes = Int32Array.from(order, (row) => labels[row] as number);
  const find = bestCutOf(sorted, classes);
  const parts = [find(0, sorted.length)];
  const edges = new Set([sorted[0] as number, sorted.at(-1) as number]);
  for (let leaf = 1; leaf < leaves; leaf++) {
    const at = parts.reduce((best, { gain }, own) => (gain > (parts[best]?.gain ?? 0) ? own : best), 0);
    const { from, to, cut, gain } = parts[at] as Part;
    if (gain <= 0) break;
    edges.add(between(sorted[cut - 1] as number, sorted[cut] as number));
    parts.splice(at, 1, find(from, cut), find(cut, to));
  }
  return [...edges].sort((a, b) => a - b);
}

/** Finds the cut with the largest gain, of equal ones the first; the gain is 0 where no cut is allowed or gains anything. */
function bestCutOf(sorted: Float64Array, classes: Int32Array): (from: number, to: number) => Part {
  const count = classes.reduce((most, label) => Math.max(most, label + 1), 0);
  const [below, above] = [new Float64Array(count), new Float64Array(count)];
  return (from, to) => {
    below.fill(0);
    above.fill(0);
    for (let row = from; row < to; row++)
      above[classes[row] as number] = (above[classes[row] as number] as number) + 1;
    let [squaresBelow, squaresAbove] = [0, above.reduce((sum, rows) => sum + rows * rows, 0)];
    const whole = squaresAbove / (to - from);
    let [cut, most] = [from, whole];
    for (let row = from + 1; row < to; row++) {
      const moved = classes[row - 1] as number;
      const [here, there] = [below[moved] as number, above[moved] as number];
      squaresBelow += 2 * here + 1;
      squaresAbove -= 2 * there - 1;
      below[moved] = here + 1;
      above[moved] = there - 1;
      const isApart = (sorted[row] as number) > (sorted[row - 1] as number);
      if (!isApart || row - from < LEAST_BIN_ROWS || to - row < LEAST_BIN_ROWS) continue;
      const purity = squaresBelow / (row - from) + squaresAbove / (to - row);
      if (purity > most) [cut, most] = [row, purity];
    }
    // Equal shares of classes on both sides may differ by rounding.
    return { from, to, cut, gain: most - whole > ROUNDING * whole ? most - whole : 0 };
  };
}

const ROUNDING = 1e-12;

/** The middle, or the lower number where float64 has none between them. */
function between(lower: number, upper: number): number {
  const middle = lower / 2 + upper / 2;
  return middle === upper ? lower : middle;
}

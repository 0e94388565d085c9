/** A bin has at least so many training rows, as in LightGBM. */
const LEAST_ROWS = 3;

/**
 * Upper ends of the bins, the last one excepted: between neighbouring values where there are few values, else so that bins have
 * about as many rows each. A value with more rows than that has a bin of its own. The values are in ascending order.
 */
export function edgesOf(sorted: Float32Array, mostBins: number): Float32Array {
  const { values, counts } = distinct(sorted);
  const isFew = values.length <= mostBins;
  let [restRows, restBins] = [sorted.length, mostBins];
  const isHeavy = (at: number): boolean => (counts[at] as number) >= sorted.length / mostBins;
  for (let at = 0; at < values.length && !isFew; at++) {
    if (isHeavy(at)) [restRows, restBins] = [restRows - (counts[at] as number), restBins - 1];
  }
  const edges: number[] = [];
  let rows = 0;
  for (let at = 0; at + 1 < values.length && edges.length + 1 < mostBins; at++) {
    rows += counts[at] as number;
    const usual = Math.max(LEAST_ROWS, isFew ? 0 : restRows / Math.max(1, restBins));
    const isFull = rows >= usual || (!isFew && (isHeavy(at) || (isHeavy(at + 1) && rows >= usual / 2)));
    if (!isFull) continue;
    edges.push(between(values[at] as number, values[at + 1] as number));
    if (!isFew && !isHeavy(at)) [restRows, restBins] = [restRows - rows, restBins - 1];
    rows = 0;
  }
  return Float32Array.from(edges);
}

/** The different values and how often each occurs. */
function distinct(sorted: Float32Array): { readonly values: Float32Array; readonly counts: Uint32Array } {
  const [values, counts] = [new Float32Array(sorted.length), new Uint32Array(sorted.length)];
  let last = -1;
  for (let at = 0; at < sorted.length; at++) {
    const value = sorted[at] as number;
    if (last < 0 || value !== values[last]) values[++last] = value;
    counts[last] = (counts[last] as number) + 1;
  }
  return { values: values.subarray(0, last + 1), counts: counts.subarray(0, last + 1) };
}

/** A float that is not below the first value, and below the second. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

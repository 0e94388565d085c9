import type { SharedDataset } from '../../data/dataset.js';
import type { SplitName } from '../../sweep.js';

/** Values of a feature are told apart by so many bins at most; more do not fit into a byte. */
const MOST_BINS = 256;
/** Bins of all features together; more do not fit into an entry. */
const MOST_ENTRIES = 65_536;
/** A bin has at least so many training rows, as in LightGBM. */
const LEAST_ROWS = 3;
/** Quantiles of so many rows are exact enough. */
const MOST_SORTED = 200_000;

/** A dataset in bins, which all runs of a thread share. */
export interface BinnedDataset {
  /** Per feature, ascending: a value is in the bin of the first edge that it does not exceed, or in the last. */
  readonly edges: readonly Float32Array[];
  /** Per split, feature after feature, the bin of each row. */
  readonly columns: { readonly [name in SplitName]: Uint8Array };
  /** By feature, and one more: the number of its first bin among those of all features. */
  readonly firsts: Int32Array;
  /** By feature: the bin of most training rows. */
  readonly common: Uint8Array;
  /** By training row, and one more: where its entries begin. */
  readonly starts: Uint32Array;
  /** Bins of each training row that are not the most common ones of their features. */
  readonly entries: Uint16Array;
}

/** Puts a dataset into bins by its training rows. */
export function binDataset(dataset: SharedDataset, mostBins: number): BinnedDataset {
  const { featureCount, split } = dataset;
  const edges = Array.from({ length: featureCount }, (_, feature) =>
    edgesOf(columnOf(dataset, feature, sampled(split.train)), Math.min(mostBins, MOST_BINS)),
  );
  const bins = edges.reduce((sum, own) => sum + own.length + 1, 0);
  if (bins > MOST_ENTRIES && mostBins > 2) {
    return binDataset(dataset, Math.max(2, Math.floor((mostBins * MOST_ENTRIES) / bins) - 1));
  }
  const columns = {
    train: binColumns(dataset, edges, split.train),
    validation: binColumns(dataset, edges, split.validation),
    test: binColumns(dataset, edges, split.test),
  };
  const firsts = new Int32Array(featureCount + 1);
  edges.forEach((own, feature) => {
    firsts[feature + 1] = (firsts[feature] as number) + own.length + 1;
  });
  return { edges, columns, firsts, ...sparseRows(columns.train, firsts, split.train.length) };
}

function sampled(rows: Int32Array): Int32Array {
  const step = Math.ceil(rows.length / MOST_SORTED);
  return step <= 1 ? rows : rows.filter((_, at) => at % step === 0);
}

function columnOf(
  { features, featureCount }: SharedDataset,
  feature: number,
  rows: Int32Array,
): Float32Array {
  const column = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    column[at] = features[(rows[at] as number) * featureCount + feature] as number;
  }
  return column;
}

/**
 * Upper ends of the bins, the last one excepted: between neighbouring values where there are few values, else so that bins have
 * about as many rows each. A value with more rows than that has a bin of its own.
 */
function edgesOf(column: Float32Array, mostBins: number): Float32Array {
  const { values, counts } = distinct(column.sort());
  const isFew = values.length <= mostBins;
  let [restRows, restBins] = [column.length, mostBins];
  const isHeavy = (at: number): boolean => (counts[at] as number) >= column.length / mostBins;
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

function distinct(sorted: Float32Array): {
  readonly values: readonly number[];
  readonly counts: readonly number[];
} {
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (value === values.at(-1)) counts[counts.length - 1] = (counts.at(-1) as number) + 1;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  return { values, counts };
}

/** A float that is not below the first value, and below the second. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

function binColumns(dataset: SharedDataset, edges: readonly Float32Array[], rows: Int32Array): Uint8Array {
  const bins = new Uint8Array(edges.length * rows.length);
  edges.forEach((own, feature) => {
    const column = columnOf(dataset, feature, rows);
    const start = feature * rows.length;
    for (let at = 0; at < rows.length; at++) bins[start + at] = binOf(own, column[at] as number);
  });
  return bins;
}

/** How many edges lie below the value. */
function binOf(edges: Float32Array, value: number): number {
  let from = 0;
  let length = edges.length;
  while (length > 0) {
    const half = length >> 1;
    const isAbove = (edges[from + half] as number) < value;
    from = isAbove ? from + half + 1 : from;
    length = isAbove ? length - half - 1 : half;
  }
  return from;
}

function sparseRows(
  columns: Uint8Array,
  firsts: Int32Array,
  rows: number,
): Pick<BinnedDataset, 'common' | 'starts' | 'entries'> {
  const features = firsts.length - 1;
  const common = new Uint8Array(features);
  const counts = new Uint32Array(MOST_BINS);
  const starts = new Uint32Array(rows + 1);
  for (let feature = 0; feature < features; feature++) {
    counts.fill(0);
    const start = feature * rows;
    for (let row = 0; row < rows; row++) addOne(counts, columns[start + row] as number);
    const most = counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0));
    common[feature] = most;
    for (let row = 0; row < rows; row++) if (columns[start + row] !== most) addOne(starts, row + 1);
  }
  for (let row = 0; row < rows; row++)
    starts[row + 1] = (starts[row + 1] as number) + (starts[row] as number);
  const entries = new Uint16Array(starts[rows] as number);
  const next = starts.slice(0, rows);
  for (let feature = 0; feature < features; feature++) {
    const [start, first, most] = [feature * rows, firsts[feature] as number, common[feature] as number];
    for (let row = 0; row < rows; row++) {
      const bin = columns[start + row] as number;
      if (bin === most) continue;
      const at = next[row] as number;
      entries[at] = first + bin;
      next[row] = at + 1;
    }
  }
  return { common, starts, entries };
}

function addOne(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] as number) + 1;
}

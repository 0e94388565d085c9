import { randomStream, shuffle } from '../../random.js';
import { percent } from '../../wording/numbers.js';
import { type ClassTable, sampledRows } from './class-table.js';
import { flatNumbers, type InspectedColumn, valueCodes } from './inspected-column.js';

const SAMPLE_ROWS = 20_000;
const MOST_BINS = 256;
const ROWS_PER_BIN = 20;
/** Of all held-out rows, and of those that the largest class alone gets wrong. */
const MOST_ERRORS = 0.01;
const MOST_ERRORS_LEFT = 0.05;
/** Fewer rows of the smaller classes prove nothing. */
const FEWEST_OTHERS = 5;

/** Rows of which one half makes a rule and the other measures it. */
export interface HeldOutRows {
  readonly made: Int32Array;
  readonly measured: Int32Array;
}

/** Two halves of the rows, or of a sample of them, drawn at random. */
export function heldOutRows(rowCount: number): HeldOutRows {
  const rows = shuffle(sampledRows({ rowCount }, SAMPLE_ROWS), randomStream(0, 'split'));
  const half = Math.ceil(rows.length / 2);
  return { made: rows.subarray(0, half), measured: rows.subarray(half) };
}

/** Why a column gives the label away; undefined where it does not: the class of each of its values, or bins of values, on held-out rows. */
export function leakReason(
  column: InspectedColumn,
  classes: ClassTable,
  rows: HeldOutRows,
): string | undefined {
  const codes = column.range === undefined ? valueCodes(column.column) : binCodes(column, rows.made);
  const { labels, classNames } = classes;
  const classCount = classNames.length;
  const isSame =
    codes.every((code, row) => code === labels[row]) && column.range === undefined && column.distinct > 1;
  if (isSame) return 'it says the same as the label';
  const size = codes.reduce((most, code) => Math.max(most, code), -1) + 2;
  const counts = new Int32Array(size * classCount);
  const totals = new Int32Array(classCount);
  for (const row of rows.made) {
    const at = ((codes[row] as number) + 1) * classCount + (labels[row] as number);
    counts[at] = (counts[at] as number) + 1;
    totals[labels[row] as number] = (totals[labels[row] as number] as number) + 1;
  }
  const largest = indexOfMost(totals);
  const rule = Int32Array.from({ length: size }, (_, code) => {
    const own = counts.subarray(code * classCount, (code + 1) * classCount);
    const best = indexOfMost(own);
    return (own[best] as number) > 0 ? best : largest;
  });
  let errors = 0;
  let others = 0;
  for (const row of rows.measured) {
    if (rule[(codes[row] as number) + 1] !== labels[row]) errors++;
    if (labels[row] !== largest) others++;
  }
  const { length } = rows.measured;
  if (others < FEWEST_OTHERS || errors > MOST_ERRORS * length || errors > MOST_ERRORS_LEFT * others)
    return undefined;
  const share = `${percent((length - errors) / length, 1)} of ${length} held-out rows`;
  return `alone it gives the class of ${share} (the largest class: ${percent((length - others) / length, 1)}), a leak unless it is known before the class is`;
}

function indexOfMost(counts: Int32Array): number {
  let best = 0;
  counts.forEach((count, at) => {
    if (count > (counts[best] as number)) best = at;
  });
  return best;
}

/** Bins of equally many rows; each value its own where there are few. */
function binCodes({ column, distinct }: InspectedColumn, made: Int32Array): Int32Array {
  if (column.kind !== 'numeric') return valueCodes(column);
  const bins = Math.max(2, Math.min(MOST_BINS, Math.floor(made.length / ROWS_PER_BIN)));
  if (distinct <= bins) return valueCodes(column);
  const values = flatNumbers(column);
  const sorted = Float64Array.from(made, (row) => values[row] as number)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const edges = Float64Array.from(
    { length: bins - 1 },
    (_, bin) => sorted[Math.floor(((bin + 1) * sorted.length) / bins)] ?? Number.POSITIVE_INFINITY,
  );
  return Int32Array.from(values, (value) => (Number.isNaN(value) ? -1 : binOf(edges, value)));
}

/** How many edges are at most a value. */
function binOf(edges: Float64Array, value: number): number {
  let [from, to] = [0, edges.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((edges[middle] as number) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}

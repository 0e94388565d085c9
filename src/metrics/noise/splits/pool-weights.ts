import { type RandomStream, randomStream } from '../../../random.js';
import type { BootstrapRows } from '../bootstrap.js';
import { DRAWS_AT_ONCE } from '../draw-kernel.js';
import { chiSquare } from '../seeds/seed-noise.js';
import { classGroups } from './row-groups.js';

/** Weights that a row of a class may have, all equally likely. */
const TABLE_WEIGHTS = 4096;
/** Draws behind each of them. */
const DRAWS_PER_WEIGHT = 8;
/** The weights of two rows hardly vary less than those of one of them drawn. */
const LEAST_SHAPE = 0.02;
const WEIGHT_STREAM = 0x40000;

/** Rows that are weighed, and how they come in groups. */
type WeighedPool = Pick<BootstrapRows, 'labels' | 'classCount' | 'groups'>;

/** What a split of the pool has. */
interface WeighedSplit {
  readonly rows: Uint32Array;
  /** Rows of each class. */
  readonly support: Float64Array;
}

/** Some rows of the pool, with their classes. */
export function poolSplit(
  { labels: ofPool, classCount }: WeighedPool,
  rows: Uint32Array,
): WeighedSplit & { readonly labels: Uint16Array } {
  const labels = Uint16Array.from(rows, (row) => ofPool[row] as number);
  const support = new Float64Array(classCount);
  for (const label of labels) support[label] = (support[label] as number) + 1;
  return { rows, labels, support };
}

/** How many of the pool are drawn: its groups, or its rows. */
export function unitCountOf({ labels, groups }: WeighedPool): number {
  return groups === undefined ? labels.length : largest(groups) + 1;
}

/** By row of a split, what it is drawn with: its group, or itself. */
export function unitsOf(rows: Uint32Array, groups: Uint32Array | undefined): Uint32Array {
  return groups === undefined ? rows : rows.map((row) => groups[row] as number);
}

/** By class, the weights that its rows in these splits may have, as many for each. */
export function weightTables(rows: WeighedPool, splits: readonly WeighedSplit[]): readonly Float64Array[] {
  const { classCount, groups } = rows;
  const supports = splits.map((split) =>
    groups === undefined
      ? split.support
      : classGroups({ ...rows, groups }, split.rows).map(({ effective }) => effective),
  );
  return Array.from({ length: classCount }, (_, cls) => {
    const drawn =
      supports.reduce((sum, support) => sum + (support[cls] as number), 0) / Math.max(1, supports.length);
    const count = Math.max(1, Math.round(drawn));
    return weightTable(count, groups === undefined ? (count - 2) / count : groupShape(count));
  });
}

/**
 * Few groups show badly how much groups vary, so their weights vary more: as much as quantiles of a t distribution with one
 * degree of freedom less than groups are above those of a normal one (Cameron & Miller 2015, "A practitioner's guide to
 * cluster-robust inference"; the ratio to second order, Abramowitz & Stegun 1964, 26.7.5).
 */
function groupShape(groups: number): number {
  const degrees = Math.max(1, groups - 1);
  const wider = 1 + 1.21 / degrees + 1.44 / degrees ** 2;
  return ((groups - 1) / wider ** 2 - 1) / groups;
}

const tables = new Map<string, Float64Array>();

/** Weights of mean 1 for the rows, or groups, of a class that has `count`: the means of equal parts of many sorted draws. */
function weightTable(count: number, wanted: number): Float64Array {
  const shape = Math.max(LEAST_SHAPE, wanted);
  const key = `${count} ${shape}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const stream = randomStream(0, 'resample', WEIGHT_STREAM, count);
  const drawn = Float64Array.from({ length: TABLE_WEIGHTS * DRAWS_PER_WEIGHT }, () =>
    chiSquare(2 * shape, stream),
  ).sort();
  const total = drawn.reduce((sum, value) => sum + value, 0);
  const table = Float64Array.from({ length: TABLE_WEIGHTS }, (_, at) => {
    const part = drawn.subarray(at * DRAWS_PER_WEIGHT, (at + 1) * DRAWS_PER_WEIGHT);
    return (part.reduce((sum, value) => sum + value, 0) * TABLE_WEIGHTS) / total;
  });
  tables.set(key, table);
  return table;
}

/** Draws the places of one of the draws side by side, four per draw of the stream: a place takes 12 of its 53 bits. */
export function drawPlaces(places: Uint16Array, draw: number, stream: RandomStream): void {
  let rest = 0;
  for (let at = draw, drawn = 0; at < places.length; at += DRAWS_AT_ONCE, drawn++) {
    if (drawn % 4 === 0) rest = stream.uniform();
    rest *= TABLE_WEIGHTS;
    const place = Math.floor(rest);
    rest -= place;
    places[at] = place;
  }
}

function largest(values: Uint32Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

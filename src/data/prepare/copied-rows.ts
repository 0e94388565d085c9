import { randomStream, shuffle } from '../../random.js';
import type { Dataset } from '../dataset.js';
import type { Table } from '../read/table.js';

/** Rows of validation and test that training has too. */
export interface CopiedRows {
  /** The same features and label. */
  readonly exact: number;
  /** The same label, and features that hardly differ; undefined where too few features tell rows apart. */
  readonly near: number | undefined;
}

type EncodedTable = Pick<Dataset, 'features' | 'featureCount' | 'labels' | 'split'>;

/** Ranks of the training rows are cut into so many steps. */
const STEPS = 100;
const FEWEST_STEPS = 20;
/** With fewer fine features, rows are alike by chance. */
const FEWEST_FINE_FEATURES = 8;
/** Training rows that tell the steps. */
const SAMPLE_ROWS = 4096;
/** Tables of rows by some of their features: a near row is likely to be beside its copy in one of them. */
const TABLES = 4;
const FEATURES_PER_TABLE = 6;
/** Steps that count as one in these tables. */
const COARSE = 4;
/** Rows of a place of a table that are compared. */
const MOST_COMPARED = 16;

/**
 * Counts the rows of validation and test that training has too, exactly or nearly: with the same label and, in every feature, at
 * most one hundredth of the training rows' ranks apart. The cost grows with rows × features; the count of near ones may miss some.
 */
export function copiedRows(table: EncodedTable): CopiedRows {
  const { split } = table;
  const hashOf = rowHashes(table);
  const seen = new Set<number>();
  for (const row of split.train) seen.add(hashOf(row));
  const measured = [...split.validation, ...split.test];
  const others = measured.filter((row) => !seen.has(hashOf(row)));
  return { exact: measured.length - others.length, near: countNear(table, others) };
}

/** A 53-bit hash of each row's bits and label. */
function rowHashes({ features, featureCount, labels }: EncodedTable): (row: number) => number {
  const words = new Int32Array(features.buffer, features.byteOffset, features.length);
  return (row) => {
    let low = labels[row] as number;
    let high = low ^ 0x5bd1e995;
    for (let at = row * featureCount, end = at + featureCount; at < end; at++) {
      const word = words[at] as number;
      low = Math.imul(low ^ word, 0x01000193);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0x85ebca6b);
      high ^= high >>> 13;
    }
    return (high >>> 11) * 2 ** 32 + (low >>> 0);
  };
}

function countNear(table: EncodedTable, rows: readonly number[]): number | undefined {
  const { features, featureCount, labels, split } = table;
  const edges = stepEdges(table);
  const fine = Int32Array.from(edges.keys()).filter((feature) => isFine(edges[feature]));
  if (fine.length < FEWEST_FINE_FEATURES) return undefined;
  const isFineAt = edges.map(isFine);
  const isNear = (a: number, b: number): boolean => {
    if (labels[a] !== labels[b]) return false;
    for (let f = 0; f < featureCount; f++) {
      const one = features[a * featureCount + f] as number;
      const other = features[b * featureCount + f] as number;
      if (one === other) continue;
      const own = edges[f] as Float32Array;
      if (isFineAt[f] !== true || Math.abs(stepOf(own, one) - stepOf(own, other)) > 1) return false;
    }
    return true;
  };
  const stream = randomStream(0, 'resample', featureCount);
  let open = rows;
  for (let at = 0; at < TABLES; at++) {
    const keyOf = placeKeys(table, edges, shuffle(fine.slice(), stream).slice(0, FEATURES_PER_TABLE));
    const places = new Map<number, number[]>();
    for (const row of split.train) {
      const key = keyOf(row);
      const place = places.get(key);
      if (place === undefined) places.set(key, [row]);
      else if (place.length < MOST_COMPARED) place.push(row);
    }
    open = open.filter((row) => !places.get(keyOf(row))?.some((other) => isNear(row, other)));
  }
  return rows.length - open.length;
}

/** The place of a row in a table: its label, and the coarse steps of some features. */
function placeKeys(
  { features, featureCount, labels }: EncodedTable,
  edges: readonly Float32Array[],
  chosen: Int32Array,
): (row: number) => number {
  const own = Array.from(chosen, (feature) => edges[feature] as Float32Array);
  return (row) => {
    let key = labels[row] as number;
    for (let at = 0; at < chosen.length; at++) {
      const value = features[row * featureCount + (chosen[at] as number)] as number;
      key = key * 32 + Math.floor(stepOf(own[at] as Float32Array, value) / COARSE);
    }
    return key;
  };
}

/** Features of few steps are counts or flags: near means equal. */
function isFine(edges: Float32Array | undefined): boolean {
  return (edges?.length ?? 0) >= FEWEST_STEPS;
}

/** Where the steps of each feature begin: quantiles of training rows, each once. */
function stepEdges({ features, featureCount, split }: EncodedTable): readonly Float32Array[] {
  const every = Math.max(1, Math.floor(split.train.length / SAMPLE_ROWS));
  const sample = split.train.filter((_row, at) => at % every === 0);
  const values = new Float32Array(sample.length);
  return Array.from({ length: featureCount }, (_, feature) => {
    for (let at = 0; at < sample.length; at++) {
      values[at] = features[(sample[at] as number) * featureCount + feature] as number;
    }
    values.sort();
    const edges = Float32Array.from(
      { length: STEPS - 1 },
      (_edge, at) => values[Math.floor(((at + 1) * values.length) / STEPS)] as number,
    );
    return edges.filter((edge, at) => at === 0 || edge !== edges[at - 1]);
  });
}

/** How many edges are at or below a value. */
function stepOf(edges: Float32Array, value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sentence about copied rows that plans and reports repeat; none where there are none. */
export function copiedRowsWarning(
  { exact, near = 0 }: CopiedRows,
  rows: number,
  { groups, times }: Pick<Table, 'groups' | 'times'>,
): string[] {
  if (exact + near === 0) return [];
  const share = `${exact + near} of ${rows} validation and test rows`;
  const how =
    near === 0
      ? 'are also in training'
      : exact === 0
        ? 'are nearly also in training'
        : `are also in training, ${near} of them nearly`;
  const nearly = near === 0 ? '' : ' (the same class, and in every feature within a hundredth of the ranks)';
  const cure =
    groups !== undefined
      ? 'Remove copies.'
      : times !== undefined
        ? 'Remove copies, or use a longer `gap:`.'
        : 'Remove copies; if rows of one source are alike, keep them in one split with `split: {group: …}`.';
  return [`${share} ${how}${nearly}: a model that remembers rows looks better than it is. ${cure}`];
}

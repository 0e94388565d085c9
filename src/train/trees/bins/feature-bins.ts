import type { SharedDataset } from '../../../data/dataset.js';
import type { TreeMemory } from '../tree-kernel.js';
import { edgesOf } from './edges.js';

/** Values of a feature are told apart by so many bins at most; more do not fit into a byte. */
export const MOST_BINS = 256;
/** Quantiles of so many rows are exact enough. */
export const MOST_SORTED = 200_000;

/** How the values of a feature become bins. */
export interface FeatureBins {
  /** For numbers, ascending: a value is in the bin of the first edge that it does not exceed, or in the last. Empty for categories. */
  readonly edges: Float32Array;
  /** For categories: the bin of each code. Empty for numbers. */
  readonly binsOfCodes: Uint8Array;
  /** How many bins there are, that of missing values among them. */
  readonly count: number;
  /** Whether the last bin is for missing values, and for categories that have no bin of their own. */
  readonly hasMissing: boolean;
}

interface Column {
  readonly dataset: SharedDataset;
  readonly feature: number;
  /** Bins at most. */
  readonly most: number;
}

/** Fits the bins of a feature to the training rows; `memory` has the arrays that sortValues reads. */
export function featureBins(memory: TreeMemory, { dataset, feature, most }: Column): FeatureBins {
  const { features, featureCount, featureKinds, split } = dataset;
  const { categories = 0, hasMissing = false } = featureKinds?.[feature] ?? {};
  if (categories > 0) return categoryBins({ dataset, feature, most }, categories);
  const values = memory.array<Float32Array>('sorted');
  const step = Math.max(1, Math.ceil(split.train.length / MOST_SORTED));
  let count = 0;
  for (let at = 0; at < split.train.length; at += step) {
    const value = features[(split.train[at] as number) * featureCount + feature] as number;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  memory.call('sortValues', ['sorted', 'spare'], [count]);
  const sorted = values.subarray(0, count);
  const edges = edgesOf(sorted, Math.max(1, most - Number(hasMissing)));
  return { edges, binsOfCodes: NO_CODES, count: edges.length + 1 + Number(hasMissing), hasMissing };
}

const NO_CODES = new Uint8Array(0);
const NO_EDGES = new Float32Array(0);

/** A bin for each category, or where there are too many of them for the most frequent ones. */
function categoryBins({ dataset, feature, most }: Column, categories: number): FeatureBins {
  const { features, featureCount, split } = dataset;
  const rows = new Uint32Array(categories);
  let rest = 0;
  for (const row of split.train) {
    const code = features[row * featureCount + feature] as number;
    if (code >= 0) rows[code] = (rows[code] as number) + 1;
    else rest++;
  }
  const isAll = categories + Number(rest > 0) <= most;
  const codes = Array.from(rows.keys());
  const kept = isAll
    ? codes
    : codes
        .sort((a, b) => (rows[b] as number) - (rows[a] as number) || a - b)
        .slice(0, Math.max(1, most - 1));
  const binsOfCodes = new Uint8Array(categories).fill(kept.length);
  kept.forEach((code, bin) => {
    binsOfCodes[code] = bin;
  });
  const hasMissing = rest > 0 || kept.length < categories;
  return { edges: NO_EDGES, binsOfCodes, count: kept.length + Number(hasMissing), hasMissing };
}

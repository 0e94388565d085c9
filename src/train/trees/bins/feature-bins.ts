import type { SharedDataset } from '../../../data/dataset.js';
import type { TreeMemory } from '../tree-kernel.js';
import { type CategoryBins, categoryBins } from './category-bins.js';
import { edgesOf } from './edges.js';

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
  const { featureCount, featureKinds, split } = dataset;
  const { categories = 0, hasMissing = false } = featureKinds?.[feature] ?? {};
  if (categories > 0) return numbered(categoryBins(dataset, feature, { categories, most }));
  const rows = split.train.length;
  memory.call(
    'sortValues',
    ['features', 'train', 'sorted', 'spare', 'count'],
    [rows, Math.max(1, Math.ceil(rows / MOST_SORTED)), featureCount, feature],
  );
  const count = memory.array<Int32Array>('count')[0] as number;
  const sorted = memory.array<Float32Array>('sorted').subarray(0, count);
  const edges = edgesOf(sorted, Math.max(1, most - Number(hasMissing)));
  return { edges, binsOfCodes: NO_CODES, count: edges.length + 1 + Number(hasMissing), hasMissing };
}

const NO_CODES = new Uint8Array(0);

function numbered({ bins, count, hasOther }: CategoryBins): FeatureBins {
  return { edges: new Float32Array(0), binsOfCodes: bins, count, hasMissing: hasOther };
}

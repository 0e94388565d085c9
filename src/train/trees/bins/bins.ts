import type { SharedDataset } from '../../../data/dataset.js';
import type { SplitName } from '../../../sweep.js';
import type { TreeKernel, TreeMemory } from '../tree-kernel.js';
import { type BinLayout, layOutBins } from './bin-layout.js';
import { type FeatureBins, featureBins, MOST_BINS, MOST_SORTED } from './feature-bins.js';
import { longestPart, rowParts } from './row-parts.js';

/** A dataset in bins, which all runs of a thread share. */
export interface BinnedDataset {
  readonly features: readonly FeatureBins[];
  /** Per split, feature after feature, the bin of each row. */
  readonly columns: { readonly [name in SplitName]: Uint8Array };
  /** How the training rows lie for histograms. */
  readonly layout: BinLayout;
}

/** Puts a dataset into bins by its training rows. A missing value where no training row lacks one is in the most frequent bin. */
export function binDataset(kernel: TreeKernel, dataset: SharedDataset, mostBins: number): BinnedDataset {
  const { featureCount, split } = dataset;
  const most = Math.min(mostBins, MOST_BINS);
  const memory = openBinning(kernel, dataset);
  const features = Array.from({ length: featureCount }, (_, feature) =>
    featureBins(memory, { dataset, feature, most }),
  );
  place(memory, features);
  const missing = memory.array<Uint8Array>('missing');
  features.forEach(({ count }, feature) => {
    missing[feature] = count - 1;
  });
  const columns = binRows(memory, dataset, 'train');
  const layout = layOutBins(kernel, { columns, features, rows: split.train.length });
  features.forEach(({ hasMissing }, feature) => {
    if (!hasMissing) missing[feature] = layout.common[feature] as number;
  });
  const [validation, test] = [binRows(memory, dataset, 'validation'), binRows(memory, dataset, 'test')];
  return { features, layout, columns: { train: columns, validation, test } };
}

function openBinning(kernel: TreeKernel, { featureCount, featureKinds, split }: SharedDataset): TreeMemory {
  const sorted = Math.min(split.train.length, MOST_SORTED);
  const codes = featureKinds?.reduce((sum, { categories }) => sum + categories, 0) ?? 0;
  const rows = Math.max(...Object.values(split).map(({ length }) => longestPart(length, featureCount)));
  return kernel.open(
    {
      sorted: ['f32', sorted],
      spare: ['u32', sorted],
      edges: ['f32', featureCount * MOST_BINS],
      edgeStarts: ['i32', featureCount + 1],
      binsOfCodes: ['u8', codes],
      codeStarts: ['i32', featureCount + 1],
      missing: ['u8', featureCount],
      features: ['f32', rows * featureCount],
      columns: ['u8', rows * featureCount],
    },
    {},
  );
}

const BINNING = ['features', 'edges', 'edgeStarts', 'binsOfCodes', 'codeStarts', 'missing', 'columns'];

/** Feature after feature, the bin of each row of a split. */
function binRows(
  memory: TreeMemory,
  { features, featureCount, split }: SharedDataset,
  name: SplitName,
): Uint8Array {
  const rows = split[name];
  const columns = new Uint8Array(rows.length * featureCount);
  const [values, bins] = [memory.array<Float32Array>('features'), memory.array<Uint8Array>('columns')];
  for (const { begin, count } of rowParts(rows.length, featureCount)) {
    for (let row = 0, at = 0; row < count; row++) {
      const from = (rows[begin + row] as number) * featureCount;
      for (let feature = 0; feature < featureCount; feature++)
        values[at++] = features[from + feature] as number;
    }
    memory.call('binRows', BINNING, [count, featureCount]);
    for (let feature = 0; feature < featureCount; feature++) {
      columns.set(bins.subarray(feature * count, (feature + 1) * count), feature * rows.length + begin);
    }
  }
  return columns;
}

/** Hands edges and codes to the kernel. */
function place(memory: TreeMemory, features: readonly FeatureBins[]): void {
  const [edges, edgeStarts] = [memory.array<Float32Array>('edges'), memory.array<Int32Array>('edgeStarts')];
  const [codes, codeStarts] = [
    memory.array<Uint8Array>('binsOfCodes'),
    memory.array<Int32Array>('codeStarts'),
  ];
  let [edge, code] = [0, 0];
  features.forEach((own, feature) => {
    edges.set(own.edges, edge);
    codes.set(own.binsOfCodes, code);
    edge += own.edges.length;
    code += own.binsOfCodes.length;
    edgeStarts[feature + 1] = edge;
    codeStarts[feature + 1] = code;
  });
}

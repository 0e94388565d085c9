import type { TreeKernel } from '../tree-kernel.js';
import { type FeatureBins, MOST_BINS } from './feature-bins.js';

/** Bins of so many dense features of a row lie side by side. */
const BLOCK = 16;
/** A feature is sparse if at least this share of the training rows is in its most frequent bin: histograms skip those. */
const SPARSE_SHARE = 0.5;
/** Places of bins of sparse features; more do not fit into an entry. */
const MOST_PLACES = 65_536;
/** Sums that the kernel reads beyond those of a feature, at most. */
const READ_AHEAD = 8;

/** Bits of `BinLayout.kinds`. */
const KIND = { categories: 1, hasMissing: 2 } as const;

/** How the bins of the training rows lie, so that histograms are quick. Its arrays have the names that native/tree-growth.h gives them. */
export interface BinLayout {
  readonly blocks: Uint8Array;
  readonly blockPlaces: Int32Array;
  readonly starts: Uint32Array;
  readonly entries: Uint16Array;
  readonly sparse: Int32Array;
  readonly places: Int32Array;
  readonly counts: Int32Array;
  readonly kinds: Uint8Array;
  readonly common: Uint8Array;
  /** Sums in a histogram. */
  readonly width: number;
}

interface Binned {
  /** Feature after feature, the bin of each training row. */
  readonly columns: Uint8Array;
  readonly features: readonly FeatureBins[];
  readonly rows: number;
}

/** Lays the training rows out. */
export function layOutBins(kernel: TreeKernel, { columns, features, rows }: Binned): BinLayout {
  const rowsOfBins = countBins(kernel, { columns, features, rows });
  const ofFeature = (feature: number) => rowsOfBins.subarray(MOST_BINS * feature, MOST_BINS * (feature + 1));
  const common = Uint8Array.from(features, (_, feature) => largest(ofFeature(feature)));
  const isSparse = features.map(
    (_, feature) => (ofFeature(feature)[common[feature] as number] as number) >= SPARSE_SHARE * rows,
  );
  const { sparse, dense, places, blockPlaces, width } = placesOf(
    features.map(({ count }) => count),
    isSparse,
  );
  const memory = kernel.open(
    { blocks: ['u8', blockPlaces.length * (BLOCK / 2) * rows], starts: ['u32', rows + 1] },
    { columns, dense, sparse, places, common },
  );
  memory.call('layBlocks', ['columns', 'dense', 'blocks'], [rows, dense.length]);
  memory.call('countEntries', LAYING, [rows, sparse.length]);
  const starts = memory.keep<Uint32Array>('starts');
  return {
    blocks: memory.keep('blocks'),
    blockPlaces,
    ...writeEntries(kernel, { columns, sparse, places, common }, starts),
    sparse,
    places,
    counts: Int32Array.from(features, ({ count }) => count),
    kinds: Uint8Array.from(
      features,
      ({ binsOfCodes, hasMissing }) =>
        (binsOfCodes.length > 0 ? KIND.categories : 0) | (hasMissing ? KIND.hasMissing : 0),
    ),
    common,
    width,
  };
}

const LAYING = ['columns', 'sparse', 'places', 'common', 'starts'];

function writeEntries(
  kernel: TreeKernel,
  given: {
    readonly columns: Uint8Array;
    readonly sparse: Int32Array;
    readonly places: Int32Array;
    readonly common: Uint8Array;
  },
  begins: Uint32Array,
): Pick<BinLayout, 'starts' | 'entries'> {
  const rows = begins.length - 1;
  const memory = kernel.open({ starts: ['u32', rows + 1], entries: ['u16', begins[rows] as number] }, given);
  memory.array<Uint32Array>('starts').set(begins);
  memory.call('layEntries', [...LAYING, 'entries'], [rows, given.sparse.length]);
  return { starts: begins, entries: memory.keep('entries') };
}

/** Rows in each of the 256 bins of every feature. */
function countBins(kernel: TreeKernel, { columns, features, rows }: Binned): Int32Array {
  const memory = kernel.open({ counts: ['i32', MOST_BINS * features.length] }, { columns });
  memory.call('countBins', ['columns', 'counts'], [rows, features.length]);
  return memory.keep('counts');
}

function largest(counts: Int32Array): number {
  let most = 0;
  counts.forEach((count, bin) => {
    if (count > (counts[most] as number)) most = bin;
  });
  return most;
}

/** Room for the bins of a feature in a block: a power of two, for which the kernel has code of its own. */
function stepOf(bins: number): number {
  let step = 32;
  while (step < bins) step *= 2;
  return step;
}

/** Where the histograms of the features lie: first the sparse ones, as far as entries can name them, then the blocks. */
function placesOf(counts: readonly number[], isSparse: readonly boolean[]) {
  const places = new Int32Array(counts.length);
  const byBins = counts
    .map((_, feature) => feature)
    .sort((a, b) => (counts[a] as number) - (counts[b] as number));
  const [sparse, dense]: [number[], number[]] = [[], []];
  let width = 0;
  for (const feature of byBins) {
    const end = width + (counts[feature] as number);
    if (isSparse[feature] && end <= MOST_PLACES) {
      sparse.push(feature);
      places[feature] = width;
      width = end;
    } else dense.push(feature);
  }
  dense.reverse();
  const blockPlaces: number[] = [];
  for (let from = 0; from < dense.length; from += BLOCK) {
    const block = dense.slice(from, from + BLOCK);
    const step = stepOf(counts[block[0] as number] as number);
    blockPlaces.push(width, step);
    block.forEach((feature, at) => {
      places[feature] = width + at * step;
    });
    width += BLOCK * step;
  }
  return {
    sparse: Int32Array.from(sparse),
    dense: Int32Array.from(dense),
    places,
    blockPlaces: Int32Array.from(blockPlaces),
    width: width + READ_AHEAD,
  };
}

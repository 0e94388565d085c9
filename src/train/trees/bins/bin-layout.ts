import type { TreeKernel, TreeMemory } from '../tree-kernel.js';
import { type FeatureBins, MOST_BINS } from './feature-bins.js';
import { longestPart, type RowPart, rowParts } from './row-parts.js';

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
export function layOutBins(kernel: TreeKernel, binned: Binned): BinLayout {
  const { features, rows } = binned;
  const rowsOfBins = countBins(kernel, binned);
  const ofFeature = (feature: number) => rowsOfBins.subarray(MOST_BINS * feature, MOST_BINS * (feature + 1));
  const common = Uint8Array.from(features, (_, feature) => largest(ofFeature(feature)));
  const rest = features.map((_, feature) => rows - (ofFeature(feature)[common[feature] as number] as number));
  const places = placesOf(
    features.map(({ count }) => count),
    rest.map((others) => others <= (1 - SPARSE_SHARE) * rows),
  );
  const entries = places.sparse.reduce((sum, feature) => sum + (rest[feature] as number), 0);
  const { blockPlaces, sparse, width } = places;
  return {
    ...writeRows(kernel, binned, { ...places, common, entries }),
    ...{ blockPlaces, sparse, places: places.places, common, width },
    counts: Int32Array.from(features, ({ count }) => count),
    kinds: Uint8Array.from(
      features,
      ({ binsOfCodes, hasMissing }) =>
        (binsOfCodes.length > 0 ? KIND.categories : 0) | (hasMissing ? KIND.hasMissing : 0),
    ),
  };
}

/** Calls with each part of the rows, whose columns lie in `memory` then. */
function eachPart(
  memory: TreeMemory,
  { columns, features, rows }: Binned,
  visit: (part: RowPart) => void,
): void {
  const own = memory.array<Uint8Array>('columns');
  for (const part of rowParts(rows, features.length)) {
    const { begin, count } = part;
    for (let feature = 0; feature < features.length; feature++) {
      const from = feature * rows + begin;
      own.set(columns.subarray(from, from + count), feature * count);
    }
    visit(part);
  }
}

/** Rows in each of the 256 bins of every feature. */
function countBins(kernel: TreeKernel, binned: Binned): Int32Array {
  const count = binned.features.length;
  const memory = kernel.open(
    { columns: ['u8', longestPart(binned.rows, count) * count], counts: ['i32', MOST_BINS * count] },
    {},
  );
  eachPart(memory, binned, (part) => memory.call('countBins', ['columns', 'counts'], [part.count, count]));
  return memory.keep('counts');
}

interface Places {
  readonly sparse: Int32Array;
  readonly dense: Int32Array;
  readonly places: Int32Array;
  readonly blockPlaces: Int32Array;
  readonly common: Uint8Array;
  /** How many entries the sparse features have. */
  readonly entries: number;
}

const ENTRIES = ['columns', 'sparse', 'places', 'common', 'starts'];

function writeRows(
  kernel: TreeKernel,
  binned: Binned,
  { sparse, dense, places, blockPlaces, common, entries: entryCount }: Places,
): Pick<BinLayout, 'blocks' | 'starts' | 'entries'> {
  const { rows } = binned;
  const longest = longestPart(rows, binned.features.length);
  const blockCount = blockPlaces.length / 2;
  const memory = kernel.open(
    {
      columns: ['u8', longest * binned.features.length],
      blocks: ['u8', blockCount * BLOCK * longest],
      starts: ['u32', longest + 1],
      entries: ['u16', longest * sparse.length],
    },
    { dense, sparse, places, common },
  );
  const [own, ownStarts] = [memory.array<Uint8Array>('blocks'), memory.array<Uint32Array>('starts')];
  const blocks = new Uint8Array(blockCount * BLOCK * rows);
  const starts = new Uint32Array(rows + 1);
  const entries = new Uint16Array(entryCount);
  eachPart(memory, binned, ({ begin, count }) => {
    memory.call('layBlocks', ['columns', 'dense', 'blocks'], [count, dense.length]);
    for (let block = 0; block < blockCount; block++) {
      const bytes = BLOCK * count;
      blocks.set(own.subarray(block * bytes, (block + 1) * bytes), BLOCK * (block * rows + begin));
    }
    ownStarts.fill(0);
    memory.call('countEntries', ENTRIES, [count, sparse.length]);
    memory.call('layEntries', [...ENTRIES, 'entries'], [count, sparse.length]);
    const first = starts[begin] as number;
    const found = ownStarts[count] as number;
    entries.set(memory.array<Uint16Array>('entries').subarray(0, found), first);
    for (let row = 1; row <= count; row++) starts[begin + row] = first + (ownStarts[row] as number);
  });
  return { blocks, starts, entries };
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

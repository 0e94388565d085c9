import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/random.js';
import { datasetOf } from '../../../src/testing/small-dataset.js';
import { probeNative } from '../../../src/train/network/native/native-engine.js';
import { type BinnedDataset, binDataset } from '../../../src/train/trees/bins/bins.js';
import { loadTreeKernel } from '../../../src/train/trees/tree-kernel.js';
import { cases } from '../../property-cases.js';

const [addon] = await probeNative();
const BUILDS = addon?.available ? (['wasm', 'addon'] as const) : (['wasm'] as const);
/** Bins of a row that lie side by side. */
const BLOCK = 16;

/** Numbers of few and of many values, numbers that are mostly 0, some of which are missing, and categories, in turn. */
function tableOf(rows: number, features: number) {
  const stream = randomStream(rows, 'split', features);
  const cell = (kind: number): number => {
    const value = stream.uniform();
    if (kind === 0) return Math.floor(20 * value);
    if (kind === 1) return value - 0.5;
    if (kind === 2) return value < 0.8 ? 0 : value < 0.9 ? Number.NaN : value;
    return Math.floor(5 * value);
  };
  const table = Array.from({ length: rows }, () =>
    Array.from({ length: features }, (_, feature) => cell(feature % 4)),
  );
  return {
    ...datasetOf({ features: table, labels: table.map((_, row) => row % 3), classes: 3 }, true),
    featureKinds: Array.from({ length: features }, (_, feature) => ({
      categories: feature % 4 === 3 ? 5 : 0,
      hasMissing: feature % 4 === 2,
    })),
  };
}

type Table = ReturnType<typeof tableOf>;

/** A value's bin, as the fields of FeatureBins say it. */
function binOf({ features: bins }: BinnedDataset, value: number, feature: number): number {
  const own = bins[feature];
  if (own === undefined) throw new RangeError(`no feature ${feature}`);
  if (Number.isNaN(value)) return own.count - 1;
  if (own.binsOfCodes.length > 0) return own.binsOfCodes[value] as number;
  const edge = own.edges.findIndex((limit) => value <= limit);
  return edge < 0 ? own.edges.length : edge;
}

function expectColumns(binned: BinnedDataset, { features, featureCount, split }: Table): void {
  for (const name of ['train', 'validation', 'test'] as const) {
    const rows = split[name];
    const expected = new Uint8Array(rows.length * featureCount);
    for (let feature = 0; feature < featureCount; feature++) {
      rows.forEach((row, at) => {
        const value = features[row * featureCount + feature] as number;
        expected[feature * rows.length + at] = binOf(binned, value, feature);
      });
    }
    expect(Buffer.compare(binned.columns[name], expected), `columns of ${name} rows`).toBe(0);
  }
}

/** Reads each training row's bins back from blocks and entries. */
function columnsOfLayout({ layout, columns }: BinnedDataset, rows: number): Uint8Array {
  const { blocks, blockPlaces, starts, entries, sparse, places, common, counts } = layout;
  const read = new Uint8Array(columns.train.length);
  const isSparse = new Set(sparse);
  for (let feature = 0; feature < places.length; feature++) {
    const place = places[feature] as number;
    if (isSparse.has(feature)) {
      read.fill(common[feature] as number, feature * rows, (feature + 1) * rows);
      continue;
    }
    const block = blockPlaces.findLastIndex((first, at) => at % 2 === 0 && first <= place) / 2;
    const lane = (place - (blockPlaces[2 * block] as number)) / (blockPlaces[2 * block + 1] as number);
    for (let row = 0; row < rows; row++) {
      read[feature * rows + row] = blocks[BLOCK * (block * rows + row) + lane] as number;
    }
  }
  const featureAt = new Map<number, number>();
  for (const feature of sparse) {
    for (let bin = 0; bin < (counts[feature] as number); bin++)
      featureAt.set((places[feature] as number) + bin, feature);
  }
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      const feature = featureAt.get(entries[at] as number) as number;
      read[feature * rows + row] = (entries[at] as number) - (places[feature] as number);
    }
  }
  return read;
}

function expectBinned(build: 'wasm' | 'addon', rows: number, features: number): void {
  const table = tableOf(rows, features);
  const binned = binDataset(loadTreeKernel(build), table, 255);
  expectColumns(binned, table);
  const trained = table.split.train.length;
  expect(binned.layout.starts[trained]).toBe(binned.layout.entries.length);
  expect(binned.layout.sparse.length).toBeGreaterThan(0);
  expect(Buffer.compare(columnsOfLayout(binned, trained), binned.columns.train), 'the layout').toBe(0);
}

describe.each(BUILDS)('%s', (build) => {
  test('a table that is binned in several parts has each value in its bin', () => {
    expectBinned(build, 30_000, 40);
  });

  test('so have a few rows, and any number of features', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 200 }), fc.integer({ min: 4, max: 60 }), (rows, features) =>
        expectBinned(build, rows, features),
      ),
      { numRuns: cases(20) },
    );
  });
});

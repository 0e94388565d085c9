import type { Dataset } from '../data/dataset.js';
import { arenaBytes, createSharedArena } from '../data/shared-memory.js';
import { randomStream, shuffle } from '../random.js';

/** Features and labels of a dataset for a test. */
export interface TableValues {
  /** Row by row. */
  readonly features: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly classes: number;
}

/** A dataset in shared memory: all rows train, or with `heldOut` one row in five is for validation and one for test. */
export function datasetOf({ features, labels, classes }: TableValues, heldOut = false): Dataset {
  const rowCount = labels.length;
  const featureCount = features[0]?.length ?? 0;
  const arena = createSharedArena(
    arenaBytes(rowCount * featureCount) + arenaBytes(rowCount) + 3 * arenaBytes(rowCount),
  );
  const values = arena.float32(rowCount * featureCount);
  values.set(features.flat());
  const shared = arena.int32(rowCount);
  shared.set(labels);
  const part = (keep: (row: number) => boolean): Int32Array => {
    const rows = labels.map((_, row) => row).filter(keep);
    const view = arena.int32(rows.length);
    view.set(rows);
    return view;
  };
  const featureNames = Array.from({ length: featureCount }, (_, index) => `x${index}`);
  const classNames = Array.from({ length: classes }, (_, index) => `class${index}`);
  const scaling = { mean: 0, rest: 0, sd: 1 };
  return {
    memory: arena.memory,
    fingerprint: 'of a test',
    rowCount,
    featureCount,
    featureNames,
    featureColumns: featureNames.map((name, first) => ({ name, first, count: 1 })),
    classNames,
    rareClasses: [classes - 1],
    features: values,
    labels: shared,
    split: {
      train: part((row) => !heldOut || row % 5 < 3),
      validation: part((row) => heldOut && row % 5 === 3),
      test: part((row) => heldOut && row % 5 === 4),
    },
    preparation: {
      columns: featureNames.map((column) => ({
        kind: 'numeric',
        column,
        fill: 0,
        scaling,
        missingIndicator: false,
      })),
      classNames,
    },
    card: {
      source: 'test',
      columns: [],
      normalize: 'none',
      normalization: { largestMean: 0, largestSdDeviation: 0 },
      duplicatesAcrossSplits: 0,
      notes: [],
    },
  };
}

/** Rows around one centre per class, so that training has something to learn. */
export function clusters(rows: number, featureCount: number, classes: number): TableValues {
  const stream = randomStream(11, 'synthetic');
  const centres = Array.from({ length: classes }, () =>
    Array.from({ length: featureCount }, () => stream.normal()),
  );
  const labels = Array.from({ length: rows }, (_, row) => row % classes);
  const features = labels.map((label) => (centres[label] ?? []).map((centre) => centre + stream.normal()));
  return { features, labels, classes };
}

/** 300 rows of two classes whose features say nothing of their class. */
export function noise(seed: number): TableValues {
  const stream = randomStream(seed, 'synthetic', 12);
  const [rows, featureCount, classes] = [300, 5, 2];
  const labels = Array.from({ length: rows }, (_, row) => row % classes);
  const features = labels.map(() => Array.from({ length: featureCount }, () => stream.normal()));
  return { features, labels: shuffle(labels, stream), classes };
}

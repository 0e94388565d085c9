import { UserError } from '../errors.js';
import type { DataSpec } from '../spec/data-spec.js';
import type { YamlPath } from '../spec/yaml-document.js';
import { classSupport, type Dataset } from './dataset.js';
import { copiedRows, copiedRowsWarning } from './prepare/copied-rows.js';
import { type ColumnEncoding, columnCard, fitEncodings } from './prepare/encode-columns.js';
import { measureNormalization, tableFingerprint } from './prepare/encoded-table.js';
import { writeFeatures } from './prepare/write-features.js';
import { readSource } from './read/read-source.js';
import { PART, SPLIT_NAMES, type Table } from './read/table.js';
import { arenaBytes, createSharedArena } from './shared-memory.js';
import { located, SpecMistake } from './spec-mistake.js';
import { assignParts } from './split/assign-parts.js';
import { rareClasses } from './split/rare-classes.js';

/**
 * Reads, splits, encodes and normalises the table that a spec names; relative paths start at `baseDir`. The same files and
 * spec give the same dataset, bit for bit. Throws UserError for anything that the user can fix; `locate` gives the place of
 * a key of the spec.
 */
export async function loadDataset(
  spec: DataSpec,
  baseDir: string,
  locate?: (path: YamlPath) => string,
): Promise<Dataset> {
  try {
    return await prepare(spec, baseDir);
  } catch (error) {
    throw located(outOfMemory(error), locate);
  }
}

/** Any allocation may fail, because a table may be larger than the memory. */
function outOfMemory(error: unknown): unknown {
  if (
    !(error instanceof RangeError) ||
    !/allocat|invalid (typed )?array( buffer)? length/i.test(error.message)
  )
    return error;
  return new UserError('there is not enough memory for the table', {
    fix: 'End other programs, raise the limits (`ulimit -v`), or use fewer rows or columns.',
    cause: error,
  });
}

async function prepare(spec: DataSpec, baseDir: string): Promise<Dataset> {
  const table = await readSource(spec, baseDir);
  const { parts, notes } = assignParts(table, spec);
  const normalize = spec.normalize ?? 'zscore';
  const encodings = fitEncodings(table.columns, parts, normalize);
  const features = encodings.flatMap((encoding) => encoding.features);
  if (features.length === 0) {
    throw new SpecMistake(
      'no column varies over the training rows, so there is nothing to learn from',
      ['data'],
      { fix: 'Check `drop:`, `features:` and `label:`.' },
    );
  }
  const arrays = layOut(table, parts, encodings);
  const train = classSupport(arrays, 'train');
  const validation = classSupport(arrays, 'validation');
  const test = classSupport(arrays, 'test');
  const classes = arrays.classNames.map((name, index) => ({
    name,
    train: train[index] as number,
    validation: validation[index] as number,
    test: test[index] as number,
  }));
  const encoded = {
    ...arrays,
    featureCount: features.length,
    featureNames: features.map((feature) => feature.name),
    rareClasses: rareClasses(classes, spec.rare_classes),
  };
  const numeric = features.map((feature) => !feature.indicator);
  const copied = copiedRows(encoded);
  const measured = encoded.split.validation.length + encoded.split.test.length;
  const warnings = [...copiedRowsWarning(copied, measured, table.groups !== undefined), ...table.warnings];
  return {
    ...encoded,
    fingerprint: tableFingerprint(encoded),
    preparation: {
      columns: encodings.flatMap(({ preparation }) => preparation ?? []),
      classNames: arrays.classNames,
    },
    card: {
      source: typeof spec.source === 'string' ? spec.source : spec.source.join(', '),
      columns: encodings.map(columnCard),
      normalize,
      normalization: measureNormalization(encoded, encoded.split.train, numeric),
      duplicatesAcrossSplits: copied.exact,
      ...(copied.near !== undefined && { nearDuplicatesAcrossSplits: copied.near }),
      notes: [
        ...(spec.note === undefined ? [] : [spec.note]),
        ...table.notes,
        ...notes,
        ...encodingNotes(encodings),
      ],
      ...(warnings.length > 0 && { warnings }),
    },
  };
}

type Arrays = Pick<Dataset, 'memory' | 'rowCount' | 'classNames' | 'features' | 'labels' | 'split'>;

/** Writes everything but the dropped rows into one shared memory. */
function layOut(table: Table, parts: Uint8Array, encodings: readonly ColumnEncoding[]): Arrays {
  const counts = [0, 0, 0, 0, 0];
  for (const part of parts) counts[part] = (counts[part] as number) + 1;
  const rowCount = table.rowCount - (counts[PART.dropped] as number);
  const featureCount = encodings.reduce((sum, { features }) => sum + features.length, 0);
  const lengths = [rowCount * featureCount, rowCount, ...counts.slice(0, SPLIT_NAMES.length)];
  const arena = createSharedArena(lengths.reduce((sum, length) => sum + arenaBytes(length), 0));
  const features = arena.float32(rowCount * featureCount);
  writeFeatures(encodings, parts, features);
  const labels = arena.int32(rowCount);
  const splits = SPLIT_NAMES.map((_, part) => arena.int32(counts[part] as number));
  const { classNames, rank } = orderClasses(table, parts);
  const filled = [0, 0, 0];
  let row = 0;
  parts.forEach((part, source) => {
    if (part === PART.dropped) return;
    labels[row] = rank[table.labels[source] as number] as number;
    const at = filled[part] as number;
    (splits[part] as Int32Array)[at] = row++;
    filled[part] = at + 1;
  });
  const [train, validation, test] = splits as [Int32Array, Int32Array, Int32Array];
  return { memory: arena.memory, rowCount, classNames, features, labels, split: { train, validation, test } };
}

/** The label set, most training rows first, ties by name; `rank` is a class's new index. Dropped classes have none. */
function orderClasses(table: Table, parts: Uint8Array): { classNames: string[]; rank: Int32Array } {
  const training = new Int32Array(table.classNames.length);
  table.labels.forEach((label, row) => {
    if (parts[row] === PART.train) training[label] = (training[label] as number) + 1;
  });
  const classes = table.classNames
    .map((name, index) => ({ name, index, rows: training[index] as number }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
  const rank = new Int32Array(table.classNames.length).fill(-1);
  classes.forEach(({ index }, position) => {
    rank[index] = position;
  });
  return { classNames: classes.map(({ name }) => name), rank };
}

/** Every report repeats the notes; `focalsweep data` lists the columns. */
const MOST_NAMES = 10;

function encodingNotes(encodings: readonly ColumnEncoding[]): string[] {
  const names = (of: readonly ColumnEncoding[]) => {
    const left = of.length - MOST_NAMES;
    const named = of.slice(0, MOST_NAMES).map(({ column }) => column.name);
    return named.join(', ') + (left > 0 ? ` and ${left} more` : '');
  };
  const constant = encodings.filter(({ features }) => features.length === 0);
  const imputed = encodings.filter(({ column, features }) => column.missing > 0 && features.length > 0);
  const numeric = imputed.filter(({ column }) => column.kind === 'numeric');
  const categorical = imputed.filter(({ column }) => column.kind === 'categorical');
  return [
    ...(constant.length > 0 ? [`Columns dropped, constant on the training rows: ${names(constant)}.`] : []),
    ...(numeric.length > 0
      ? [`Missing numbers replaced by the training median, with an indicator column: ${names(numeric)}.`]
      : []),
    ...(categorical.length > 0 ? [`Missing categories count as unknown: ${names(categorical)}.`] : []),
  ];
}

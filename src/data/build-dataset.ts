import { type DataKnobs, dataKey, dataKnobs, fingerprintKnobs } from '../knobs/data-knobs.js';
import type { DataSpec } from '../spec/data-spec.js';
import { andMore } from '../wording/and-more.js';
import {
  classSupport,
  type Dataset,
  type FeatureColumn,
  type PreparedDataset,
  type RecordedGroups,
} from './dataset.js';
import { copiedRows, copiedRowsWarning } from './prepare/copied-rows.js';
import { type ColumnEncoding, columnCard, fitEncodings } from './prepare/encode-columns.js';
import { measureNormalization, tableFingerprint } from './prepare/encoded-table.js';
import { spanningGroupsWarning } from './prepare/spanning-groups.js';
import { writeFeatures } from './prepare/write-features.js';
import { PART, rowsIn, SPLIT_NAMES, type Table } from './read/table.js';
import { arenaBytes, createSharedArena } from './shared-memory.js';
import { SpecMistake } from './spec-mistake.js';
import type { PartAssignment } from './split/assign-parts.js';
import { type ClassCount, rareClasses } from './split/rare-classes.js';
import { fewGroupsWarning, recordGroups } from './split/recorded-groups.js';

/** A table that is split and prepared on its training rows. */
interface EncodedSplit {
  readonly shared: Omit<PreparedDataset, 'fingerprint'>;
  readonly encodings: readonly ColumnEncoding[];
}

/** Prepares a table on the training rows of a split as its spec says, and describes it. */
export function buildDataset(table: Table, { parts, notes }: PartAssignment, spec: DataSpec): Dataset {
  const [knobs, plainKnobs] = [dataKnobs(spec), fingerprintKnobs(spec)];
  const plain = encodeSplit(table, parts, { knobs: plainKnobs, rareClasses: spec.rare_classes });
  const fingerprint = tableFingerprint(plain.shared);
  const isPlain = dataKey(knobs) === dataKey(plainKnobs);
  const { shared, encodings } = isPlain ? plain : encodeSplit(table, parts, { knobs, like: plain.shared });
  const scaled = encodings.flatMap(({ features }) => features.map(({ isScaled }) => isScaled));
  const copied = copiedRows(plain.shared);
  const measured = shared.split.validation.length + shared.split.test.length;
  const groups = describeGroups(table, parts, shared);
  const warnings = [...groups.warnings, ...copiedRowsWarning(copied, measured, table), ...table.warnings];
  const { encode_numbers: encoding } = knobs;
  return {
    ...shared,
    fingerprint,
    ...(!isPlain && { plainFeatureCount: plain.shared.featureCount }),
    card: {
      source: typeof spec.source === 'string' ? spec.source : spec.source.join(', '),
      columns: encodings.map(columnCard),
      normalize: knobs.normalize,
      ...(encoding !== 'none' && { encodeNumbers: encoding }),
      normalization: measureNormalization(shared, shared.split.train, scaled),
      duplicatesAcrossSplits: copied.exact,
      ...(copied.near !== undefined && { nearDuplicatesAcrossSplits: copied.near }),
      ...(groups.recorded && { groups: groups.recorded }),
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

/** What a data card says of the groups that rows come in; nothing where they come in none. */
function describeGroups(
  { groups }: Table,
  parts: Uint8Array,
  shared: EncodedSplit['shared'],
): { readonly warnings: readonly string[]; readonly recorded?: RecordedGroups } {
  if (groups === undefined) return { warnings: [] };
  const rows = { validation: rowsIn(parts, PART.validation), test: rowsIn(parts, PART.test) };
  return {
    warnings: [...spanningGroupsWarning(groups, parts), ...fewGroupsWarning(groups, shared, rows)],
    recorded: recordGroups(groups, rows),
  };
}

/** How a table is prepared on the training rows of a split. */
interface SplitPreparation {
  readonly knobs: DataKnobs;
  /** By default the rarest quarter. */
  readonly rareClasses?: DataSpec['rare_classes'];
  /** Another preparation or split of the table, whose label set and rare classes this one has. */
  readonly like?: Pick<Dataset, 'classNames' | 'rareClasses'>;
}

/** Prepares a table on the training rows of a split. */
export function encodeSplit(
  table: Table,
  parts: Uint8Array,
  { knobs, rareClasses: rare, like }: SplitPreparation,
): EncodedSplit {
  const encodings = fitVaryingColumns(table, parts, knobs);
  const features = encodings.flatMap((encoding) => encoding.features);
  const arrays = layOut(table, {
    parts,
    encodings,
    classNames: like?.classNames ?? orderClasses(table, parts),
  });
  const shared = {
    ...arrays,
    featureCount: features.length,
    featureNames: features.map((feature) => feature.name),
    ...(knobs.model === 'trees' && { featureKinds: features.map(({ kind }) => kind) }),
    featureColumns: featureColumns(encodings),
    rareClasses: like?.rareClasses ?? rareClasses(classCounts(arrays), rare),
    preparation: {
      columns: encodings.flatMap(({ preparation }) => preparation ?? []),
      classNames: arrays.classNames,
    },
  };
  return { shared, encodings };
}

function featureColumns(encodings: readonly ColumnEncoding[]): readonly FeatureColumn[] {
  let first = 0;
  return encodings.flatMap(({ column: { name }, features: { length: count } }) => {
    const own = { name, first, count };
    first += count;
    return count === 0 ? [] : [own];
  });
}

/** How the columns become features. Throws SpecMistake if none of them varies over the training rows. */
export function fitVaryingColumns(
  table: Table,
  parts: Uint8Array,
  knobs: DataKnobs,
): readonly ColumnEncoding[] {
  const encodings = fitEncodings(table, parts, knobs);
  if (encodings.some(({ features }) => features.length > 0)) return encodings;
  throw new SpecMistake(
    'no column varies over the training rows, so there is nothing to learn from',
    ['data'],
    { fix: 'Check `drop:`, `features:` and `label:`.' },
  );
}

function classCounts(arrays: Arrays): ClassCount[] {
  const [train, validation, test] = SPLIT_NAMES.map((name) => classSupport(arrays, name)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  return arrays.classNames.map((name, index) => ({
    name,
    train: train[index] as number,
    validation: validation[index] as number,
    test: test[index] as number,
  }));
}

type Arrays = Pick<Dataset, 'memory' | 'rowCount' | 'classNames' | 'features' | 'labels' | 'split'>;

/** How the rows of a table become arrays. */
interface Layout {
  readonly parts: Uint8Array;
  readonly encodings: readonly ColumnEncoding[];
  /** The label set, in order. */
  readonly classNames: readonly string[];
}

/** Writes everything but the dropped rows into one shared memory. */
function layOut(table: Table, { parts, encodings, classNames }: Layout): Arrays {
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
  const rank = Int32Array.from(table.classNames, (name) => classNames.indexOf(name));
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

/** The label set, most training rows first, ties by name; without dropped classes. */
function orderClasses(table: Table, parts: Uint8Array): string[] {
  const training = new Int32Array(table.classNames.length);
  table.labels.forEach((label, row) => {
    if (parts[row] === PART.train) training[label] = (training[label] as number) + 1;
  });
  return table.classNames
    .map((name, index) => ({ name, rows: training[index] as number }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** Every report repeats the notes; `focalsweep data` lists the columns. */
const MOST_NAMES = 10;

function encodingNotes(encodings: readonly ColumnEncoding[]): string[] {
  const names = (of: readonly ColumnEncoding[]) =>
    andMore(
      of.map(({ column }) => column.name),
      MOST_NAMES,
    );
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

import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { type DataKnobs, dataKey } from '../../knobs/data-knobs.js';
import type { DataFiles } from '../../program.js';
import type { Dataset, SharedDataset } from '../dataset.js';
import { type Column, type NumericColumn, SPLIT_NAMES, type Table } from '../read/table.js';
import { type FileSet, provideFiles } from './file-set.js';
import { writeNpy } from './npy.js';

/**
 * Writes into a folder what is missing there of a table under data knobs, as the runs of a seed train on it, and gives the absolute
 * paths. Throws UserError where it cannot be written.
 */
export type WriteFiles = (knobs: DataKnobs, seed: number, folder: string) => Promise<DataFiles>;

/** What files are made from. */
export interface FilesSource {
  readonly table: Table;
  /** Has the fingerprint, the label set and the rare classes of all. */
  readonly dataset: Pick<Dataset, 'fingerprint' | 'classNames' | 'rareClasses'>;
  /** PART of every row of the table for a seed. */
  readonly parts: (seed: number) => Uint8Array;
  readonly prepare: (knobs: DataKnobs, seed: number) => SharedDataset;
  /** Of the raw rows. */
  readonly rawDigest: () => string;
}

/** Goes into the names of folders: another version never takes these files for its own. */
const FORMAT = 1;
const KEY_DIGITS = 16;

/**
 * Writes the files of a table: in a folder for its fingerprint, one folder for each split of the rows and one for each preparation
 * of such a split. Their names follow from what is in them.
 */
export function dataFiles(source: FilesSource): WriteFiles {
  const { table, dataset, parts, prepare, rawDigest } = source;
  const { fingerprint, classNames, rareClasses } = dataset;
  const keys = new Map<number, string>();
  const splitKey = (seed: number): string => {
    const key = keys.get(seed) ?? digest([FORMAT, rawDigest(), classNames], [parts(seed)]);
    keys.set(seed, key);
    return key;
  };
  return async (knobs, seed, folder) => {
    const place = resolve(folder, fingerprint.slice(0, KEY_DIGITS));
    const key = splitKey(seed);
    let made: SharedDataset | undefined;
    const prepared = () => {
      made ??= prepare(knobs, seed);
      return made;
    };
    const split = splitFiles(join(place, `split-${key}`), {
      prepared,
      writeTable: async (path) => (await import('./table-parquet.js')).writeTable(path, table, parts(seed)),
    });
    const features = featureFiles(join(place, `features-${digest([key, dataKey(knobs)])}`), prepared);
    const { rows } = await provideFiles(split);
    const { feature_names } = await provideFiles(features);
    return {
      format: FORMAT,
      classes: classNames,
      rare_classes: rareClasses,
      rows,
      features: join(features.folder, 'features.npy'),
      feature_names,
      labels: join(split.folder, 'labels.npy'),
      train: join(split.folder, 'train.npy'),
      validation: join(split.folder, 'validation.npy'),
      test: join(split.folder, 'test.npy'),
      table: join(split.folder, 'table.parquet'),
    };
  };
}

/** What does not depend on data knobs. */
function splitFiles(
  folder: string,
  {
    prepared,
    writeTable,
  }: { readonly prepared: () => SharedDataset; readonly writeTable: (path: string) => Promise<void> },
): FileSet<Pick<DataFiles, 'rows'>> {
  return {
    folder,
    names: ['labels.npy', ...SPLIT_NAMES.map((name) => `${name}.npy`), 'table.parquet'],
    async write(into) {
      const { labels, split, rowCount: rows } = prepared();
      await writeNpy(join(into, 'labels.npy'), { values: labels, shape: [rows] });
      for (const name of SPLIT_NAMES) {
        await writeNpy(join(into, `${name}.npy`), { values: split[name], shape: [split[name].length] });
      }
      await writeTable(join(into, 'table.parquet'));
      return { rows };
    },
  };
}

function featureFiles(
  folder: string,
  prepared: () => SharedDataset,
): FileSet<Pick<DataFiles, 'feature_names'>> {
  return {
    folder,
    names: ['features.npy'],
    async write(into) {
      const { features, rowCount, featureCount, featureNames } = prepared();
      await writeNpy(join(into, 'features.npy'), { values: features, shape: [rowCount, featureCount] });
      return { feature_names: featureNames };
    },
  };
}

/** Tells tables apart that a fingerprint does not: it stands for features, which leave out constant columns and scale numbers. */
export function tableDigest({ columns, labelName, labels, classNames }: Table): string {
  // Not the notation: how numbers were spelled is no part of them.
  const heads = columns.map(({ chunks: _cells, notation: _spelling, ...head }: Column & Spelled) => head);
  const cells = columns.flatMap(({ chunks }): readonly NodeJS.TypedArray[] => chunks);
  return digest([heads, labelName, classNames], [...cells, labels]);
}

type Spelled = Pick<NumericColumn, 'notation'>;

function digest(head: unknown, arrays: readonly NodeJS.TypedArray[] = []): string {
  const hash = createHash('sha256').update(JSON.stringify(head));
  for (const array of arrays) hash.update(array);
  return hash.digest('hex').slice(0, KEY_DIGITS);
}

import { readdirSync, readFileSync } from 'node:fs';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import type { SharedDataset } from '../../../src/data/dataset.js';
import type { DataFiles } from '../../../src/program.js';

/** An array of a `.npy` file of format 1.0. */
export interface ReadNpy {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** Reads what these tests need of the format: float32 and int32, little-endian, C order. */
export function readNpy(path: string): ReadNpy {
  const bytes = readFileSync(path);
  const length = bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, 10 + length);
  const fields =
    /^\{'descr': '<([fi])4', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n$/.exec(header) ?? [];
  const [, type, lengths = ''] = fields;
  const values = bytes.buffer.slice(bytes.byteOffset + 10 + length, bytes.byteOffset + bytes.byteLength);
  return {
    shape: lengths
      .split(',')
      .filter((text) => text.trim() !== '')
      .map(Number),
    values: type === 'f' ? new Float32Array(values) : new Int32Array(values),
  };
}

/** The bits of an array: NaN and −0 are themselves. */
export function bits(values: Float32Array | Int32Array): Uint32Array {
  return Uint32Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length));
}

/** A column of a Parquet file. */
export interface ReadColumn {
  readonly name: string;
  readonly type: string | undefined;
  readonly values: readonly unknown[];
}

/** The columns of a Parquet file, in their order. */
export async function readTable(path: string): Promise<readonly ReadColumn[]> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let rows: readonly unknown[][] = [];
  await parquetRead({
    file,
    metadata,
    onComplete: (all) => {
      rows = all;
    },
  });
  return parquetSchema(metadata).children.map(({ element: { name, type, converted_type } }, at) => ({
    name,
    type: converted_type ?? type,
    values: rows.map((row) => row[at]),
  }));
}

/** All files and folders below a folder. */
export function namesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

/** 60 rows with missing numbers and missing texts. */
export const TABLE = [
  'bytes,proto,ratio,family',
  ...Array.from({ length: 60 }, (_, row) => {
    const cells = [row % 7 === 0 ? '' : row * 1000, row % 11 === 0 ? '' : ['tcp', 'udp'][row % 2], row / 8];
    return [...cells, row % 3 === 0 ? 'Emotet' : 'benign'].join(',');
  }),
].join('\n');

/** Everything of a dataset that its files have, from memory. */
export const inMemory = (dataset: SharedDataset) => ({
  classes: dataset.classNames,
  rare: dataset.rareClasses,
  names: dataset.featureNames,
  rows: dataset.rowCount,
  features: { shape: [dataset.rowCount, dataset.featureCount], bits: bits(dataset.features) },
  labels: bits(dataset.labels),
  train: bits(dataset.split.train),
  validation: bits(dataset.split.validation),
  test: bits(dataset.split.test),
});

/** The same from the files. */
export const inFiles = (files: DataFiles) => {
  const features = readNpy(files.features);
  return {
    classes: files.classes,
    rare: files.rare_classes,
    names: files.feature_names,
    rows: files.rows,
    features: { shape: features.shape, bits: bits(features.values) },
    labels: bits(readNpy(files.labels).values),
    train: bits(readNpy(files.train).values),
    validation: bits(readNpy(files.validation).values),
    test: bits(readNpy(files.test).values),
  };
};

/** A column of the table by its name. */
export const column = async (files: DataFiles, name: string) =>
  (await readTable(files.table)).find((one) => one.name === name)?.values;

/** The word of every row as the files of row positions have it. */
export function splitWords(files: DataFiles): readonly string[] {
  const words = Array<string>(files.rows).fill('none');
  for (const name of ['train', 'validation', 'test'] as const) {
    for (const row of readNpy(files[name]).values) words[row] = name;
  }
  return words;
}

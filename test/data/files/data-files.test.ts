import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { SharedDataset } from '../../../src/data/dataset.js';
import { loadData } from '../../../src/data/load-dataset.js';
import { dataKnobs } from '../../../src/knobs/data-knobs.js';
import type { DataFiles } from '../../../src/program.js';
import { cases } from '../../property-cases.js';
import { loadFilesWithSplits, plainCsv } from '../table-folder.js';
import { bits, namesBelow, readNpy, readTable } from './written-files.js';

const root = mkdtempSync(join(tmpdir(), 'focalsweep-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const freshFolder = () => mkdtempSync(join(root, 'case-'));

const ZSCORE = dataKnobs({});

/** Everything of a dataset that its files have, from memory. */
const inMemory = (dataset: SharedDataset) => ({
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
const inFiles = (files: DataFiles) => {
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

const column = async (files: DataFiles, name: string) =>
  (await readTable(files.table)).find((one) => one.name === name)?.values;

/** The word of every row as the files of row positions have it. */
function splitWords(files: DataFiles): readonly string[] {
  const words = Array<string>(files.rows).fill('none');
  for (const name of ['train', 'validation', 'test'] as const) {
    for (const row of readNpy(files[name]).values) words[row] = name;
  }
  return words;
}

const TABLE = [
  'bytes,proto,ratio,family',
  ...Array.from({ length: 60 }, (_, row) => {
    const cells = [row % 7 === 0 ? '' : row * 1000, row % 11 === 0 ? '' : ['tcp', 'udp'][row % 2], row / 8];
    return [...cells, row % 3 === 0 ? 'Emotet' : 'benign'].join(',');
  }),
].join('\n');

describe('the arrays', () => {
  test('are those of the dataset in memory, to the bit', async () => {
    const { dataset, writeFiles } = await loadFilesWithSplits({ 't.csv': TABLE });
    const files = await writeFiles(ZSCORE, 1, freshFolder());
    expect(inFiles(files)).toEqual(inMemory(dataset));
    expect(files.format).toBe(1);
  });

  test('are those of any table, one with a single missing value too', async () => {
    const cell = fc.oneof(
      fc.constant(''),
      fc.integer(),
      fc.constantFrom('tcp', 'udp'),
      fc.double({ noNaN: true, min: -1e30, max: 1e30 }),
    );
    const rows = fc.array(fc.tuple(cell, cell, fc.constantFrom('a', 'b', 'c')), {
      minLength: 20,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(rows, async (drawn) => {
        const lines = ['x,y,i,class', ...drawn.map(([x, y, family], at) => `${x},${y},${at},${family}`)];
        const spec = { min_class_rows: { rows: 3, action: 'drop' } } as const;
        const loaded = await loadFilesWithSplits({ 't.csv': lines.join('\n') }, spec).catch(() => undefined);
        fc.pre(loaded !== undefined);
        const files = await loaded.writeFiles(ZSCORE, 1, freshFolder());
        expect(inFiles(files)).toEqual(inMemory(loaded.dataset));
      }),
      { numRuns: cases(25) },
    );
  });

  test('of other data knobs are as runs with these knobs train on them, beside the same rows', async () => {
    const { prepare, writeFiles } = await loadFilesWithSplits({ 't.csv': TABLE });
    const folder = freshFolder();
    const plain = await writeFiles(ZSCORE, 1, folder);
    for (const knobs of [
      dataKnobs({ normalize: 'none' }),
      dataKnobs({ encode_numbers: { piecewise_linear: 4 } }),
      dataKnobs({ model: 'trees' }),
    ]) {
      const files = await writeFiles(knobs, 1, folder);
      expect(inFiles(files)).toEqual(inMemory(prepare(knobs, 1)));
      expect(files.features).not.toBe(plain.features);
      expect(files).toMatchObject({ labels: plain.labels, train: plain.train, table: plain.table });
    }
  });

  test('lie in a folder for the fingerprint, by absolute paths', async () => {
    const { dataset, writeFiles } = await loadFilesWithSplits({ 't.csv': TABLE });
    const folder = freshFolder();
    const files = await writeFiles(ZSCORE, 1, relative(process.cwd(), folder));
    const { features, labels, train, validation, test: tested, table } = files;
    for (const path of [features, labels, train, validation, tested, table]) {
      expect(isAbsolute(path)).toBe(true);
      expect(relative(folder, path).startsWith(dataset.fingerprint.slice(0, 16))).toBe(true);
    }
  });
});

describe('the table', () => {
  test('has the rows of the source: numbers and texts, null where they are missing, label and split', async () => {
    const { writeFiles } = await loadFilesWithSplits({ 't.csv': TABLE });
    const files = await writeFiles(ZSCORE, 1, freshFolder());
    const rows = Array.from({ length: 60 }, (_, row) => row);
    expect(await readTable(files.table)).toEqual([
      { name: 'bytes', type: 'DOUBLE', values: rows.map((row) => (row % 7 === 0 ? null : row * 1000)) },
      {
        name: 'proto',
        type: 'UTF8',
        values: rows.map((row) => (row % 11 === 0 ? null : ['tcp', 'udp'][row % 2])),
      },
      { name: 'ratio', type: 'DOUBLE', values: rows.map((row) => row / 8) },
      { name: 'family', type: 'UTF8', values: rows.map((row) => (row % 3 === 0 ? 'Emotet' : 'benign')) },
      { name: 'split', type: 'UTF8', values: splitWords(files) },
    ]);
  });

  test('has the label by its name wherever it stands, and only columns that may become features', async () => {
    const lines = Array.from({ length: 40 }, (_, row) => `${row},${'ab'[row % 2]},${row % 5},${row % 4},x`);
    const { writeFiles } = await loadFilesWithSplits(
      { 't.csv': ['id,kind,host,n,constant', ...lines].join('\n') },
      { label: 'kind', drop: ['id'], split: { group: 'host' } },
    );
    const table = await readTable((await writeFiles(ZSCORE, 1, freshFolder())).table);
    expect(table.map(({ name }) => name)).toEqual(['n', 'constant', 'kind', 'split']);
    expect(table[2]?.values.slice(0, 3)).toEqual(['a', 'b', 'a']);
  });

  test('numbers have all digits of the source', async () => {
    const numbers = [0.1, 1 / 3, 123456789.123, 2 ** 53 - 1, -1e-300, 1e30, 16_777_217];
    const lines = Array.from({ length: 70 }, (_, row) => `${numbers[row % 7]},${'ab'[row % 2]}`);
    const { writeFiles } = await loadFilesWithSplits({ 't.csv': ['x,class', ...lines].join('\n') });
    const files = await writeFiles(ZSCORE, 1, freshFolder());
    expect((await column(files, 'x'))?.slice(0, 7)).toEqual(numbers);
  });

  test('leaves out dropped rows, as the arrays do', async () => {
    const csv = [TABLE, '1,tcp,2,rare', '3,udp,4,rare', '5,tcp,77,benign'].join('\n');
    const { dataset, writeFiles } = await loadFilesWithSplits(
      { 't.csv': csv },
      { min_class_rows: { rows: 3, action: 'drop' } },
    );
    const files = await writeFiles(ZSCORE, 1, freshFolder());
    expect(files.rows).toBe(61);
    expect((await column(files, 'ratio'))?.at(-1)).toBe(77);
    const labels = await column(files, 'family');
    expect(labels).toEqual([...dataset.labels].map((label) => dataset.classNames[label]));
  });

  test('a split column of the source is the split; a feature of that name stays, and the split is called split_', async () => {
    const words = ['train', 'train', 'train', 'val', 'test', 'test'];
    const given = Array.from(
      { length: 60 },
      (_, row) => `${row},${words[row % 6]},${'ab'[Math.floor(row / 6) % 2]}`,
    );
    const own = await loadFilesWithSplits(
      { 't.csv': ['x,split,class', ...given].join('\n') },
      { split: { column: 'split' } },
    );
    const files = await own.writeFiles(ZSCORE, 1, freshFolder());
    expect((await readTable(files.table)).map(({ name }) => name)).toEqual(['x', 'class', 'split']);
    expect((await column(files, 'split'))?.slice(0, 6)).toEqual([
      'train',
      'train',
      'train',
      'validation',
      'test',
      'test',
    ]);
    const lines = Array.from({ length: 60 }, (_, row) => `${row},${row % 5},${'ab'[row % 2]}`);
    const other = await loadFilesWithSplits({ 't.csv': ['split,x,split_', ...lines].join('\n') });
    const table = await readTable((await other.writeFiles(ZSCORE, 1, freshFolder())).table);
    expect(table.map(({ name }) => name)).toEqual(['split', 'x', 'split_', 'split__']);
  });

  test('any names and any texts come back', async () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 6 })
      .map((one) => `x${one.replaceAll(/[\p{C}\s"]/gu, '')}x`.normalize('NFC'));
    const names = fc.uniqueArray(
      fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'a.b', 'root', 'length')),
      { minLength: 1, maxLength: 4 },
    );
    const texts = fc.uniqueArray(text, { minLength: 2, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(names, texts, async (header, values) => {
        const rows = Array.from({ length: 40 }, (_, row) =>
          header.map((_name, at) => values[(row * (at + 1)) % values.length] as string),
        );
        const quoted = rows.map((row, at) => [...row.map((cell) => `"${cell}"`), at, 'ab'[at % 2]].join(','));
        const head = [...header.map((name) => `"${name}"`), 'number', 'class'].join(',');
        const loaded = await loadFilesWithSplits({ 't.csv': [head, ...quoted].join('\n') });
        const table = await readTable((await loaded.writeFiles(ZSCORE, 1, freshFolder())).table);
        expect(table.slice(0, header.length).map(({ name, values: cells }) => ({ name, cells }))).toEqual(
          header.map((name, at) => ({ name, cells: rows.map((row) => row[at]) })),
        );
      }),
      { numRuns: cases(25) },
    );
  });

  test('of more rows than a row group has every row once', async () => {
    const { dataset, writeFiles } = await loadFilesWithSplits({ 't.csv': plainCsv(70_000) });
    const files = await writeFiles(ZSCORE, 1, freshFolder());
    expect(files.rows).toBe(dataset.rowCount);
    const x = await column(files, 'x');
    expect(x?.length).toBe(70_000);
    expect(x?.every((value, row) => value === row)).toBe(true);
  });

  test('of a builtin source has its columns and its label', async () => {
    const { dataset, writeFiles } = await loadData({ source: 'builtin:malware21', rows: 700 }, '.');
    const files = await writeFiles(ZSCORE, 1, freshFolder());
    expect(inFiles(files)).toEqual(inMemory(dataset));
    const table = await readTable(files.table);
    expect(table.slice(-2).map(({ name }) => name)).toEqual(['family', 'split']);
    expect(table).toHaveLength(66);
  });
});

describe('seeds with splits of their own', () => {
  test.each([
    ['reshuffled', { reshuffle: true }],
    ['folds', { folds: 3 }],
    ['groups', { folds: 3, group: 'y' }],
    ['time folds', { folds: 3, time: 'x' }],
  ])('%s: the files of a seed are what its runs train on', async (_name, split) => {
    const { splits, writeFiles } = await loadFilesWithSplits({ 't.csv': plainCsv(200) }, { split });
    const folder = freshFolder();
    for (const seed of [1, 2, 3]) {
      const own = splits?.dataset(seed) as SharedDataset;
      const files = await writeFiles(ZSCORE, seed, folder);
      expect(inFiles(files)).toEqual(inMemory(own));
      expect(await column(files, 'split')).toEqual(splitWords(files));
      const labels = [...own.labels].map((label) => own.classNames[label]);
      expect(await column(files, 'class')).toEqual(labels);
    }
  });

  test('two seeds with one split share its files; without splits of their own all seeds do', async () => {
    const own = await loadFilesWithSplits({ 't.csv': plainCsv(200) }, { split: { folds: 3, time: 'x' } });
    const folder = freshFolder();
    const first = await own.writeFiles(ZSCORE, 1, folder);
    expect(await own.writeFiles(ZSCORE, 2, folder)).not.toEqual(first);
    expect(await own.writeFiles(ZSCORE, 4, folder)).toEqual(first);
    const shared = await loadFilesWithSplits({ 't.csv': plainCsv(200) });
    const other = freshFolder();
    const files = await shared.writeFiles(ZSCORE, 1, other);
    const before = namesBelow(other);
    expect(await shared.writeFiles(ZSCORE, 9, other)).toEqual(files);
    expect(namesBelow(other)).toEqual(before);
  });
});

test('a source whose cells change where no fingerprint sees it gets files of its own', async () => {
  const withConstant = (value: string) =>
    TABLE.split('\n')
      .map((line, at) => `${at === 0 ? 'constant' : value},${line}`)
      .join('\n');
  const [one, two] = await Promise.all([
    loadFilesWithSplits({ 't.csv': withConstant('1') }),
    loadFilesWithSplits({ 't.csv': withConstant('2') }),
  ]);
  expect(two.dataset.fingerprint).toBe(one.dataset.fingerprint);
  const folder = freshFolder();
  await one.writeFiles(ZSCORE, 1, folder);
  const cells = await column(await two.writeFiles(ZSCORE, 1, folder), 'constant');
  expect(new Set(cells)).toEqual(new Set([2]));
});

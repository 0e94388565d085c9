import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { SharedDataset } from '../../../src/data/dataset.js';
import { dataKnobs } from '../../../src/knobs/data-knobs.js';
import { cases } from '../../property-cases.js';
import { loadFilesWithSplits, plainCsv } from '../table-folder.js';
import { column, inFiles, inMemory, namesBelow, splitWords, TABLE } from './written-files.js';

const root = mkdtempSync(join(tmpdir(), 'focalsweep-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const freshFolder = () => mkdtempSync(join(root, 'case-'));

const ZSCORE = dataKnobs({});

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

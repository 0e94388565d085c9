import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { loadData } from '../../../src/data/load-dataset.js';
import { dataKnobs } from '../../../src/knobs/data-knobs.js';
import { cases } from '../../property-cases.js';
import { loadFilesWithSplits, plainCsv } from '../table-folder.js';
import { column, inFiles, inMemory, readTable, splitWords, TABLE } from './written-files.js';

const root = mkdtempSync(join(tmpdir(), 'focalsweep-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const freshFolder = () => mkdtempSync(join(root, 'case-'));

const ZSCORE = dataKnobs({});

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

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { featureColumn, loadFiles, userError } from './table-folder.js';

// Written by pyarrow 25: 40 rows in row groups of 16, zstd; see the formulas below.
const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));

test('a Parquet file of pyarrow holds what was put in', async () => {
  const dataset = await loadDataset({ source: '*.zstd.parquet', normalize: 'none' }, fixtures);
  expect(dataset.classNames).toEqual(['benign', 'Emotet']);
  expect(featureColumn(dataset, 'ratio')).toEqual(Array.from({ length: 40 }, (_, i) => i / 8));
  const present = Array.from({ length: 40 }, (_, i) => i % 7 !== 0);
  expect(featureColumn(dataset, 'bytes is missing')).toEqual(present.map((is) => (is ? 0 : 1)));
  expect(featureColumn(dataset, 'bytes')[39]).toBe(39_000);
  expect(featureColumn(dataset, 'protocol=udp')).toEqual(present.map((_, i) => (i % 3 === 0 ? 1 : 0)));
  expect(featureColumn(dataset, 'encrypted=true')).toEqual(present.map((_, i) => (i % 2 === 0 ? 1 : 0)));
  expect([...dataset.labels]).toEqual(present.map((_, i) => (i % 4 === 0 ? 1 : 0)));
});

test('lists are refused with row and column, and can be dropped', async () => {
  const error = await userError(loadDataset({ source: 'lists.parquet', label: 'family' }, fixtures));
  expect(error.where).toMatch(/lists\.parquet:1, column "tags"$/);
  const dataset = await loadDataset({ source: 'lists.parquet', label: 'family', drop: ['tags'] }, fixtures);
  expect(dataset.rowCount).toBe(40);
});

test('a damaged file is a user error', async () => {
  const error = await userError(loadFiles({ 't.parquet': 'PAR1 and then nothing' }));
  expect(error.message).toContain('Parquet');
});

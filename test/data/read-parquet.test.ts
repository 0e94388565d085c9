import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { UserError } from '../../src/errors.js';
import { cases } from '../property-cases.js';
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

test('a file that is cut short or has flipped bits is a table or a user error', async () => {
  const whole = readFileSync(join(fixtures, 'flows.zstd.parquet'));
  const at = fc.nat(whole.length - 1);
  const cut = at.map((length) => whole.subarray(0, length));
  const flipped = fc.array(fc.tuple(at, fc.nat(7)), { minLength: 1, maxLength: 4 }).map((flips) => {
    const bytes = Buffer.from(whole);
    for (const [place, bit] of flips) bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << bit), place);
    return bytes;
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(cut, flipped), async (bytes) => {
      const error = await loadFiles({ 't.parquet': bytes }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error === undefined || error instanceof UserError).toBe(true);
    }),
    { numRuns: cases(200) },
  );
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { UserError } from '../../src/errors.js';
import { cases } from '../property-cases.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is said of a table of these bytes; undefined where it is taken. */
async function verdict(bytes: string | Uint8Array): Promise<unknown> {
  const file = join(folder, 'table.csv');
  writeFileSync(file, bytes);
  return loadDataset({ source: file }, '.').then(
    () => undefined,
    (error: unknown) => error,
  );
}

test.each([
  ['a million columns', 'c,'.repeat(1e6), /1,000,001 columns; at most 20,000/],
  ['a line without an end', `a,label\n${'1'.repeat(20 * 2 ** 20)}`, /longer than 16 MiB/],
  ['a quote without an end', 'a,label\n"1,x\n2,y\n', /quote is opened and not closed/],
  ['a NUL byte', 'a,label\n1,x\0\n', /NUL byte/],
  [
    'an overflowing number',
    `a,label\n${Array.from({ length: 120 }, (_, at) => `${at},x\n`).join('')}1e400,y\n`,
    /1e400/,
  ],
])('a table with %s is refused with its place', async (_name, text, message) => {
  const error = await verdict(text);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(message);
  expect((error as UserError).where).toMatch(/table\.csv/);
});

test('any bytes are a table or a UserError', async () => {
  const pieces = fc.constantFrom(
    'a',
    ',',
    '\n',
    '"',
    '1',
    '-',
    '1e400',
    'NaN',
    ' ',
    '\r',
    '\t',
    ';',
    '\0',
    'é',
    '😀',
    'label',
  );
  const text = fc.array(pieces, { maxLength: 60 }).map((parts) => Buffer.from(parts.join('')));
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
      const error = await verdict(bytes);
      expect(error === undefined || error instanceof UserError).toBe(true);
    }),
    { numRuns: cases(300) },
  );
});

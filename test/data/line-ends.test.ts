import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cases } from '../property-cases.js';
import { loadFiles, plainCsv, userError } from './table-folder.js';
import { rows } from './table-of-cells.js';

const lines = plainCsv(30).trimEnd().split('\n');

test('line ends of every kind, line by line, give the same table', async () => {
  const { fingerprint } = await loadFiles({ 't.csv': plainCsv(30) });
  const end = fc.constantFrom('\n', '\r\n', '\r', '\r\r\n', '\n\n');
  await fc.assert(
    fc.asyncProperty(fc.array(end, { minLength: 31, maxLength: 31 }), fc.boolean(), async (ends, zip) => {
      const text = lines.map((line, at) => line + ends[at]).join('');
      const dataset = await loadFiles({ 't.csv': zip ? gzipSync(text) : text });
      expect(dataset.fingerprint).toBe(fingerprint);
    }),
    { numRuns: cases(40) },
  );
});

describe('the line of a mistake', () => {
  test.each([
    ['a header in CRLF and rows in LF', lines.map((line, at) => line + (at === 0 ? '\r\n' : '\n'))],
    ['rows in CRLF and one late LF', lines.map((line, at) => line + (at === 20 ? '\n' : '\r\n'))],
    ['CR alone', lines.map((line) => `${line}\r`)],
  ])('is right with %s', async (_, ended) => {
    const text = ended.with(25, (ended[25] ?? '').replace(/,/, ',,')).join('');
    const error = await userError(loadFiles({ 't.csv': text }));
    expect(error.message).toBe('4 fields where there should be 3');
    expect(error.where).toMatch(/t\.csv:26$/);
  });

  test('is right behind a CRLF inside quotes', async () => {
    const text = `${lines.slice(0, 5).join('\r\n')}\r\n1,"\r\n2",a\r\n1,a\r\n`;
    expect((await userError(loadFiles({ 't.csv': text }))).where).toMatch(/t\.csv:8$/);
  });

  test('is right for bytes that are no text behind CR alone', async () => {
    const text = Buffer.from(lines.with(25, '1,1,\u00e9').join('\r'), 'latin1');
    expect((await userError(loadFiles({ 't.csv': text }))).where).toMatch(/t\.csv:26$/);
  });
});

test('a large file of CR alone is no single line', async () => {
  const wide = 'z'.repeat(2 ** 20);
  const text = ['x,note,class', ...rows(20, (i) => `${i},${wide},${'ab'[i % 2]}`)].join('\r');
  expect((await loadFiles({ 't.csv': text }, { drop: ['note'] })).rowCount).toBe(20);
});

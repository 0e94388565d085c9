import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cases } from '../property-cases.js';
import { featureColumn, loadFiles, plainCsv, userError } from './table-folder.js';

const plain = plainCsv(30);
const raw = { normalize: 'none' } as const;

describe('the same table', () => {
  const variants: Record<string, [string, string | Uint8Array]> = {
    gzip: ['t.csv.gz', gzipSync(plain)],
    'gzip under a plain name': ['t.csv', gzipSync(plain)],
    'byte order mark': ['t.csv', `\ufeff${plain}`],
    'Windows line ends': ['t.csv', plain.replaceAll('\n', '\r\n')],
    'no line end at the end': ['t.csv', plain.trimEnd()],
    tabs: ['t.tsv', plain.replaceAll(',', '\t')],
    semicolons: ['t.csv', plain.replaceAll(',', ';')],
    bars: ['t.txt', plain.replaceAll(',', '|')],
    quotes: ['t.csv', plain.replaceAll(/[^,\n]+/g, '"$&"')],
    spaces: ['t.csv', plain.replaceAll(',', ' , ')],
    'lines of spaces': ['t.csv', `${plain.replace('\n', '\n  \n')}   \n \t`],
    'blank lines': ['t.csv', plain.replaceAll('\n', '\n\n')],
  };
  test.each(Object.entries(variants))('with %s', async (_, [name, content]) => {
    const expected = await loadFiles({ 't.csv': plain });
    expect((await loadFiles({ [name]: content })).fingerprint).toBe(expected.fingerprint);
  });

  test('in several files, by glob', async () => {
    const lines = plain.trimEnd().split('\n');
    const files = {
      'a1.csv': lines.slice(0, 11).join('\n'),
      'a2.csv': ['x,y,class', ...lines.slice(11)].join('\n'),
    };
    const whole = await loadFiles({ 't.csv': plain });
    expect((await loadFiles(files, { source: 'a*.csv' })).fingerprint).toBe(whole.fingerprint);
    expect((await loadFiles(files, { source: ['a2.csv', 'a1.csv'] })).fingerprint).toBe(whole.fingerprint);
  });

  test('without a header', async () => {
    const body = plain.slice(plain.indexOf('\n') + 1);
    const named = await loadFiles({ 't.csv': body }, { names: ['x', 'y', 'class'] });
    expect(named.fingerprint).toBe((await loadFiles({ 't.csv': plain })).fingerprint);
  });
});

test('any numbers and texts come back as they were written', async () => {
  const cell = fc.tuple(
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.stringMatching(/^[a-z",\n é€😀]*z$/u),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 8, maxLength: 150 }), async (cells) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const lines = cells.map(([x, text], i) => `${x},${i},${quoted(text)},${'ab'[i % 2]}`);
      const csv = ['x,i,text,class', ...lines].join('\n');
      const dataset = await loadFiles({ 't.csv': csv }, { ...raw, drop: cells.length > 100 ? ['text'] : [] });
      const varies = (column: 0 | 1) =>
        new Set([...dataset.split.train].map((row) => cells[row]?.[column])).size > 1;
      const isKept = (name: string) => dataset.featureNames.includes(name);
      expect(isKept('x')).toBe(varies(0));
      const numbers = isKept('x') ? [...featureColumn(dataset, 'x')] : cells.map(([x]) => x);
      expect(numbers.map((x) => x + 0)).toEqual(cells.map(([x]) => x + 0));
      const names = cells.map(([, text]) => `text=${text.trim()}`);
      const found = names.map((name, row) => !isKept(name) || featureColumn(dataset, name)[row] === 1);
      expect(found).not.toContain(false);
      // Not one of them is lost without a reason: what the training rows hold has a column of its own.
      const isCategory = cells.length <= 100 && varies(1);
      expect([...dataset.split.train].filter((row) => !isKept(names[row] ?? ''))).toHaveLength(
        isCategory ? 0 : dataset.split.train.length,
      );
    }),
    { numRuns: cases(40) },
  );
});

test('files larger than one read keep their rows and lines', async () => {
  const rows = 150_000;
  const dataset = await loadFiles({ 't.csv': plainCsv(rows) }, raw);
  expect(featureColumn(dataset, 'x').every((x, row) => x === row)).toBe(true);
  const broken = plainCsv(rows).replace('\n140000,', '\nmany,');
  const error = await userError(loadFiles({ 't.csv': broken }, raw));
  expect(error.where).toMatch(/t\.csv:140002, column "x"$/);
});

describe('refused with the place', () => {
  const lines = plain.split('\n');
  const withLine = (at: number, line: string) => lines.with(at, line).join('\n');
  const utf16 = Buffer.from(`\ufeff${plain}`, 'utf16le');
  const wide = (last: string) =>
    ['x,class', ...Array.from({ length: 120 }, (_, i) => `${i},${i % 2}`), `${last},0`].join('\n');
  const cases: Record<string, [string | Uint8Array, RegExp, RegExp]> = {
    'an empty file': ['', /empty/, /t\.csv$/],
    'a header alone': ['x,y,class\n', /no rows/, /t\.csv$/],
    'too few fields': [withLine(4, '1,a'), /2 fields where there should be 3/, /t\.csv:5$/],
    'too many fields': [withLine(4, '1,2,3,a'), /4 fields/, /t\.csv:5$/],
    'a quote not closed': [withLine(9, '1,"2,a'), /not closed/, /t\.csv:10$/],
    'a quote in the middle': [withLine(9, '1,2"2,a'), /quote/, /t\.csv:10$/],
    'duplicate names': [withLine(0, 'x,x,class'), /two columns are called "x"/, /t\.csv:1$/],
    'an infinity': [withLine(3, '-inf,1,a'), /"-inf" is infinite/, /t\.csv:4, column "x"$/],
    'an overflow': [withLine(3, '1e400,1,a'), /1e400/, /t\.csv:4, column "x"$/],
    'an overflow of float32': [withLine(3, '1e39,1,a'), /1e39/, /t\.csv:4, column "x"$/],
    'an infinity among many numbers': [wide('Infinity'), /infinite/, /t\.csv:122, column "x"$/],
    'a text among many numbers': [wide('1O1'), /"1O1" is not a number/, /t\.csv:122, column "x"$/],
    'a class that is missing': [withLine(5, '1,1,'), /label is missing/, /t\.csv:6, column "class"$/],
    'UTF-16': [utf16, /UTF-16/, /t\.csv$/],
    'Latin-1': [Buffer.from(withLine(6, '1,1,é'), 'latin1'), /not valid UTF-8/, /t\.csv:7$/],
    'a NUL byte': [withLine(6, '1,1,\0'), /NUL/, /t\.csv:7$/],
    'gzip cut short': [gzipSync(plain).subarray(0, 60), /damaged or cut short/, /t\.csv$/],
    'gzip cut short in its first line': [gzipSync(plain).subarray(0, 30), /damaged or cut short/, /t\.csv$/],
    'a zip archive': [Buffer.from('PK\u0003\u0004…'), /zip/, /t\.csv$/],
  };
  test.each(Object.entries(cases))('%s', async (_, [content, what, where]) => {
    const error = await userError(loadFiles({ 't.csv': content }));
    expect(error.message).toMatch(what);
    expect(error.where).toMatch(where);
    expect(error.fix).toMatch(/\.$/);
  });
});

describe('columns that are not there', () => {
  test.each([
    ['label', { label: 'clas' }, /Did you mean "class"/],
    ['drop', { drop: ['z'] }, /no column "z"/],
    ['features', { features: ['yy'] }, /Did you mean/],
    ['split.column', { split: { column: 'fold' } }, /no column "fold"/],
  ])('%s', async (option, spec, what) => {
    const error = await userError(loadFiles({ 't.csv': plain }, spec));
    expect(error.message).toMatch(what);
    expect(error.where).toContain(`data.${option}`);
  });

  test('another header in a second file', async () => {
    const files = { 'a.csv': plain, 'b.csv': plainCsv(9, 'x,z,class') };
    const error = await userError(loadFiles(files));
    expect(error.message).toMatch(/column 2 is "z" where .*a\.csv has "y"/);
    expect(error.where).toMatch(/b\.csv:1$/);
  });

  test('a file that is not there, with its neighbour', async () => {
    const error = await userError(loadFiles({ 'flows.csv': plain }, { source: 'flow.csv' }));
    expect(error.message).toMatch(/Did you mean "flows.csv"/);
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { classSupport } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/load-dataset.js';
import { loadFiles, userError } from './table-folder.js';
import { ofLabels, rows } from './table-of-cells.js';

const inTurn = (labels: readonly string[]) => rows(60, (i) => labels[i % labels.length] ?? '');

describe('one class', () => {
  test.each([
    [
      'numbers',
      ['1', '1.0', '2', '1e0', '+1', '01'],
      ['1', '2'],
      /"1" and "1\.0" and "1e0" and "\+1" and "01"/,
    ],
    ['negative zero', ['0', '-0.0', '2'], ['0', '2'], /"0" and "-0\.0"/],
    ['composed and decomposed letters', ['\u00e9', 'e\u0301', 'b'], ['\u00e9', 'b'], /u\{301\}/],
    ['zero-width characters', ['ok', 'o\u200bk', '\ufeffok', 'b'], ['ok', 'b'], /u\{200b\}/],
    ['blanks around', ['ok', ' ok\u00a0', 'b'], ['ok', 'b'], /^$/],
  ])('for different spellings: %s', async (_, labels, classes, note) => {
    const { classNames, card } = await ofLabels(inTurn(labels));
    expect(classNames).toEqual(classes);
    expect(card.notes.join()).toMatch(note);
  });

  test('in files of their own and in the spec', async () => {
    const csv = (one: string, other: string) =>
      ['x,class', ...rows(30, (i) => `${i},${i % 3 === 0 ? one : other}`)].join('\n');
    const files = { 'a.csv': csv('1', '2'), 'v.csv': csv('1.0', '2.0'), 't.csv': csv('1e0', '2') };
    const dataset = await loadFiles(files, {
      source: 'a.csv',
      split: { validation: 'v.csv', test: 't.csv' },
      rare_classes: ['1.00'],
    });
    expect(dataset.classNames).toEqual(['2', '1']);
    expect(dataset.rareClasses).toEqual([1]);
    expect([...classSupport(dataset, 'validation')]).toEqual([20, 10]);
  });

  test('whichever row comes first', async () => {
    const labels = inTurn(['1.0', '1', '2']);
    expect((await ofLabels(labels.toReversed())).classNames).toEqual((await ofLabels(labels)).classNames);
  });
});

test('identifiers that differ in the seventeenth digit are different classes', async () => {
  const { classNames } = await ofLabels(inTurn(['90071992547409921', '90071992547409922']));
  expect(classNames).toHaveLength(2);
});

test('classes of one spelling keep their names', async () => {
  const { classNames, card } = await ofLabels(inTurn(['1.0', '2.50', 'e\u0301']));
  expect(classNames).toEqual(['1.0', '2.50', 'e\u0301']);
  expect(card.notes).toEqual([]);
});

test('classes that differ in capitals alone are named', async () => {
  const { classNames, card } = await ofLabels(inTurn(['ok', 'OK', 'b']));
  expect(classNames).toHaveLength(3);
  expect(card.warnings).toEqual(['The classes "ok" and "OK" differ only in capitals or spaces.']);
});

test('many classes of several spellings are said in few sentences', async () => {
  const names = Array.from({ length: 40 }, (_, at) => `${at + 1}`);
  const spelt = await ofLabels(
    [...names, ...names, ...names].map((name, at) => (at < 40 ? `${name}.0` : name)),
  );
  expect(spelt.card.notes).toHaveLength(6);
  expect(spelt.card.notes.at(-1)).toBe('Several spellings are one in 35 more classes of class, too.');
  const alike = await ofLabels(
    names.flatMap((name) => Array.from('abcABC', (_, at) => (at < 3 ? `k${name}` : `K${name}`))),
  );
  expect(alike.card.warnings).toHaveLength(6);
  expect(alike.card.warnings?.at(-1)).toBe('The same holds for 35 more classes.');
});

test('words of a split column may hold what cannot be seen', async () => {
  const lines = rows(
    60,
    (i) => `${i},${['train', ' Train', 'tr\u200bain', 'val', 'test'][i % 5]},${'ab'[i % 2]}`,
  );
  const dataset = await loadFiles(
    { 't.csv': ['x,part,class', ...lines].join('\n') },
    { split: { column: 'part' } },
  );
  expect(dataset.split.train).toHaveLength(36);
});

describe('a class with the name of a missing value', () => {
  test.each(['None', 'NA', 'null', 'nan', '?', '-'])('%s is a class', async (name) => {
    const { classNames, card } = await ofLabels(inTurn([name, 'b']));
    expect(classNames.toSorted()).toEqual([name, 'b'].toSorted());
    expect(card.notes).toEqual([
      `"${name}" is read as a class. If it means that the label is missing, remove those rows.`,
    ]);
  });

  test('is missing where `missing_values:` says so', async () => {
    const error = await userError(ofLabels(inTurn(['b', 'None']), { missing_values: ['None'] }));
    expect(error.message).toBe('the label is missing: it is "None"');
    expect(error.where).toMatch(/t\.csv:3, column "class"$/);
    expect(error.fix).toContain('missing_values:');
  });

  test.each(['', '  ', '\u200b'])('but "%s" is missing', async (label) => {
    const error = await userError(ofLabels(inTurn(['b', label])));
    expect(error.message).toBe('the label is missing');
  });
});

describe('a typed Parquet file', () => {
  // Written by hyparquet-writer 0.17: 40 rows; every fourth condition is "Apnea", the others "None".
  const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
  const load = (label: string, drop: string[]) =>
    loadDataset({ source: 'none-class.parquet', label, drop }, fixtures);

  test('has a class called "None" too', async () => {
    const dataset = await load('condition', ['grade']);
    expect(dataset.classNames).toEqual(['None', 'Apnea']);
    expect(dataset.card.columns.find(({ name }) => name === 'gap')).toMatchObject({ missing: 6 });
  });

  test('has no class where a number is missing', async () => {
    const error = await userError(load('grade', ['condition']));
    expect(error.message).toBe('the label is missing');
  });
});

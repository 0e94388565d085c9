import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cases } from '../property-cases.js';
import { featureColumn, loadFiles, userError } from './table-folder.js';
import { ofCells, rows } from './table-of-cells.js';

const kindOf = async (...table: Parameters<typeof ofCells>) =>
  (await ofCells(...table)).card.columns[0]?.kind;

describe.each([
  ['few different values', 60],
  ['many different values', 300],
])('a column of numbers with %s', (_, count) => {
  const numbers = rows(count, (i) => i + 0.25);
  const written = (of: (number: number, row: number) => string) => numbers.map(of);

  test.each([
    '.',
    '-',
    '--',
    '?',
    'NA',
    'na',
    'N/A',
    'n.a.',
    'NULL',
    'null',
    'NaN',
    'none',
    'None',
    ' . ',
    '',
  ])('has a missing value where it says "%s"', async (word) => {
    const dataset = await ofCells(written((x, row) => (row % 20 === 7 ? word : `${x}`)));
    expect(dataset.card.columns[0]).toMatchObject({ kind: 'numeric', missing: count / 20 });
    const note = `"${word.trim()}" is read as a missing value in x (${count / 20} rows).`;
    expect(dataset.card.notes.includes(note)).toBe(word !== '');
    expect(featureColumn(dataset, 'x')[8]).toBe(8.25);
    expect(dataset.card.warnings).toBeUndefined();
  });

  test('of blanks alone is no zero', async () => {
    const dataset = await ofCells(written((x, row) => (row === 7 ? '   ' : `${x + 100}`)));
    expect(dataset.card.columns[0]?.missing).toBe(1);
    expect(Math.min(...featureColumn(dataset, 'x'))).toBe(100.25);
  });

  test.each([
    ['a decimal comma', (x: number) => `${x}`.replace('.', ','), 'Numbers read with a decimal comma: x.'],
    ['points between thousands', (x: number) => `${Math.floor(x) + 1}.000,25`, 'with a decimal comma: x.'],
    [
      'commas between thousands',
      (x: number) => `${Math.floor(x) + 1},000.25`,
      'with "," between thousands: x.',
    ],
    [
      'blanks between thousands',
      (x: number) => `${Math.floor(x) + 1} 000.25`,
      'with " " between thousands: x.',
    ],
    ['a percent sign', (x: number) => `${x}%`, 'Numbers read without their %: x.'],
    ['a currency', (x: number) => `$${x}`, 'Numbers read without their $: x.'],
    ['a currency behind', (x: number) => `${x} €`.replace('.', ','), 'Numbers read without their €: x.'],
  ])('may be written with %s', async (name, write, note) => {
    const dataset = await ofCells(written(write));
    expect(dataset.card.notes.join(' ')).toContain(note);
    const isGrouped = name.includes('thousands');
    expect(featureColumn(dataset, 'x')).toEqual(
      numbers.map((x) => (isGrouped ? 1000 * Math.floor(x) + 1000.25 : x)),
    );
    expect(dataset.card.warnings).toBeUndefined();
  });

  test('may begin with whole numbers before the first decimal comma', async () => {
    const dataset = await ofCells(written((_x, row) => (row < count - 5 ? `${row}` : `${row},5`)));
    expect(featureColumn(dataset, 'x').at(-1)).toBe(count - 0.5);
  });

  test('has a true minus sign', async () => {
    const dataset = await ofCells(written((x) => `−${x}`));
    expect(featureColumn(dataset, 'x')).toEqual(numbers.map((x) => -x));
  });

  test('takes numbers for missing that `missing_values:` names', async () => {
    const cells = written((x, row) => (row === 7 ? '-999.0' : row === 8 ? '' : `${x}`));
    const dataset = await ofCells(cells, { missing_values: [-999, 'gone'] });
    expect(dataset.card.columns[0]?.missing).toBe(2);
    expect(Math.min(...featureColumn(dataset, 'x'))).toBe(0.25);
  });

  test('keeps its zeros where a blank stands for a missing value', async () => {
    const dataset = await ofCells(
      written((_x, row) => `${row}`),
      { missing_values: [' ', 'gone'] },
    );
    expect(dataset.card.columns[0]?.missing).toBe(0);
  });

  test('with thousands or decimals is read as `decimal:` says', async () => {
    const cells = written((_x, row) => (row % 2 === 0 ? `${row + 1},500` : `${row}`));
    const read = (decimal: '.' | ',') => ofCells(cells, { decimal, drop: ['i'] });
    const [point, comma] = [await read('.'), await read(',')];
    expect(featureColumn(point, 'x').slice(0, 3)).toEqual([1500, 1, 3500]);
    expect(featureColumn(comma, 'x').slice(0, 3)).toEqual([1.5, 1, 3.5]);
  });
});

describe('numbers that can be read in two ways', () => {
  const cell = (row: number) => (row % 2 === 0 ? `${row + 1},000` : '950');
  test('are categories with a warning while they are few', async () => {
    const { card } = await ofCells(rows(60, cell));
    expect(card.columns[0]?.kind).toBe('categorical');
    expect(card.warnings?.[0]).toMatch(/^Column "x" is taken as categories: "1,000" can be read in two ways/);
    expect(card.warnings?.[0]).toContain('decimal: ","');
  });

  test('are refused when they are many', async () => {
    const error = await userError(ofCells(rows(400, cell)));
    expect(error.message).toContain('"1,000" can be read in two ways');
    expect(error.where).toMatch(/t\.csv:2, column "x"$/);
    expect(error.fix).toContain('decimal: "."');
  });

  test.each([
    ['a point as decimal mark and a comma', ['0.5', '1,234']],
    ['a comma as decimal mark and a point', ['0,5', '1.234']],
  ])('are not guessed from %s', async (_, [one = '', other = '']) => {
    const { card } = await ofCells(rows(60, (i) => (i % 2 === 0 ? one : other)));
    expect(card.warnings?.[0]).toContain(`"${other}" can be read in two ways`);
  });
});

test('numbers that are not as `decimal:` says are told so, few or many', async () => {
  const points = (count: number) => rows(count, (i) => `0.${i + 1000}`);
  const { card } = await ofCells(points(60), { decimal: ',' });
  expect(card.warnings?.[0]).toContain(
    'are written as `decimal: ","` says ("0.1000"). Write them so, remove that key',
  );
  const error = await userError(ofCells(points(300), { decimal: ',' }));
  expect(error.fix).toContain('Write the numbers as `decimal: ","` says, or remove that key from the spec');
});

describe('a column that is nearly all numbers', () => {
  test.each(['abc', '12O', '5%', '3 apples'])('is named as categories because of "%s"', async (odd) => {
    const { card } = await ofCells(rows(60, (i) => (i === 9 ? odd : `${i}`)));
    expect(card.columns[0]?.kind).toBe('categorical');
    expect(card.warnings).toHaveLength(1);
    expect(card.warnings?.[0]).toMatch(/^Column "x" is taken as categories/);
    expect(card.warnings?.[0]).toContain(`"${odd}"`);
  });

  test('is not named where categories are meant', async () => {
    const cells = rows(60, (i) => (i % 30 === 9 ? '3+' : `${i % 3}`));
    expect((await ofCells(cells, { categorical: ['x'] })).card.warnings).toBeUndefined();
    expect((await ofCells(cells)).card.warnings?.[0]).toContain('2 of 60 values are not ("3+")');
  });

  test('is numbers once `missing_values:` names the odd one', async () => {
    const cells = rows(60, (i) => (i === 9 ? 'broken' : `${i}`));
    expect(await kindOf(cells, { missing_values: ['broken'] })).toBe('numeric');
  });
});

test('words among words stay words', async () => {
  const { featureNames } = await ofCells(rows(60, (i) => ['-', '.', 'none', 'x'][i % 4] ?? ''));
  expect(featureNames).toEqual(['x=-', 'x=.', 'x=none', 'x=x', 'i']);
});

test('`missing_values: []` keeps every word', async () => {
  const cells = rows(60, (i) => ['NA', 'EU', ''][i % 3] ?? '');
  const { featureNames } = await ofCells(cells, { missing_values: [] });
  expect(featureNames).toEqual(['x=EU', 'x=NA', 'x is unknown', 'i']);
});

test('`missing: error` refuses a word where it stands', async () => {
  const error = await userError(
    ofCells(
      rows(60, (i) => (i === 4 ? '.' : `${i}`)),
      { missing: 'error' },
    ),
  );
  expect(error.message).toBe('a value is missing: it is "."');
  expect(error.where).toMatch(/t\.csv:6, column "x"$/);
});

test('numbers come back from every way of writing them', async () => {
  const number = fc.integer({ min: -99_999_999, max: 99_999_999 }).map((n) => n / 100);
  const writers = {
    plain: (x: number) => x.toFixed(2),
    comma: (x: number) => x.toFixed(2).replace('.', ','),
    english: (x: number) => x.toLocaleString('en', { minimumFractionDigits: 2 }),
    german: (x: number) => x.toLocaleString('de', { minimumFractionDigits: 2 }),
    swiss: (x: number) => x.toLocaleString('de-CH', { minimumFractionDigits: 2 }),
    percent: (x: number) => `${x.toFixed(2)} %`,
    dollars: (x: number) => (x < 0 ? `-$${(-x).toFixed(2)}` : `$${x.toFixed(2)}`),
  };
  const numbers = fc.array(number, { minLength: 10, maxLength: 250 }).filter((all) => new Set(all).size > 8);
  await fc.assert(
    fc.asyncProperty(numbers, fc.constantFrom(...Object.values(writers)), async (values, write) => {
      const dataset = await ofCells(values.map(write));
      if (!dataset.featureNames.includes('x')) return;
      expect(featureColumn(dataset, 'x')).toEqual(values.map((x) => Math.fround(x) + 0));
    }),
    { numRuns: cases(60) },
  );
});

test('decimal commas are not taken for the separator of a file without a header', async () => {
  const csv = rows(60, (i) => `${i},5;0,${i % 7};${i % 9},25;${'ab'[i % 2]}`).join('\n');
  const dataset = await loadFiles({ 't.csv': csv }, { header: false });
  expect(dataset.classNames).toEqual(['a', 'b']);
  expect(dataset.featureNames).toEqual(['column_1', 'column_2', 'column_3']);
});

import { describe, expect, test } from 'vitest';
import { loadFiles, plainCsv, userError } from './table-folder.js';
import { rows } from './table-of-cells.js';

const numbers = rows(60, (i) => `${i}.5,${(i * 7) % 13},${(i % 2) + 1}`).join('\n');
const flowers = rows(60, (i) => `5.${i % 7},3.${i % 9},${i % 2 === 0 ? 'setosa' : 'virginica'}`).join('\n');

describe('a first line that is data', () => {
  test.each([
    ['of numbers alone', numbers, /first line holds only numbers \(0\.5, 0, 1\)/],
    [
      'of numbers with a class',
      flowers,
      /"setosa" is the name of the label column and also one of its classes/,
    ],
    [
      'with a name twice',
      `0,tcp,0,a\n${rows(60, (i) => `${i},udp,${i},${'ab'[i % 2]}`).join('\n')}`,
      /two columns/,
    ],
  ])('%s is refused, with both ways out', async (_, csv, what) => {
    const error = await userError(loadFiles({ 't.csv': csv }));
    expect(error.message).toMatch(what);
    expect(error.where).toMatch(/t\.csv:1$/);
    expect(error.fix).toContain('`header: false`');
    expect(error.fix).toContain('`names: […]`');
  });

  test.each([numbers, flowers])('keeps its row under `header: false`', async (csv) => {
    const dataset = await loadFiles({ 't.csv': csv }, { header: false });
    expect(dataset.rowCount).toBe(60);
    expect(dataset.card.columns.map(({ name }) => name)).toEqual(['column_1', 'column_2']);
    const named = await loadFiles({ 't.csv': csv }, { names: ['a', 'b', 'class'] });
    expect(named.rowCount).toBe(60);
  });

  test('whose class comes but once is a warning', async () => {
    const { card } = await loadFiles({ 't.csv': `5.1,3.2,mscan\n${flowers}` });
    expect(card.warnings?.[0]).toMatch(/^2 of 3 column names are numbers \(5\.1, 3\.2\)/);
  });
});

describe('a header', () => {
  test('of numbers is taken with `header: true`', async () => {
    expect((await loadFiles({ 't.csv': numbers }, { header: true })).rowCount).toBe(59);
  });

  test('of 0, 1, 2 is what programs write, and is said', async () => {
    const { rowCount, card } = await loadFiles({ 't.csv': `0,1,2\n${numbers}` });
    expect(rowCount).toBe(60);
    expect(card.warnings?.[0]).toContain('set `header: false`');
  });

  test('of counted columns and a class is quiet', async () => {
    const { card } = await loadFiles({ 't.csv': `0,1,class\n${numbers}` });
    expect(card.warnings).toBeUndefined();
  });

  test('may be replaced by `names:`', async () => {
    const dataset = await loadFiles({ 't.csv': plainCsv(30) }, { header: true, names: ['p', 'q', 'r'] });
    expect(dataset.rowCount).toBe(30);
    expect(dataset.featureNames).toEqual(['p', 'q']);
  });

  test('that `names:` repeats is no row', async () => {
    const error = await userError(loadFiles({ 't.csv': plainCsv(30) }, { names: ['x', 'y', 'class'] }));
    expect(error.fix).toContain('header: true');
  });

  test('that is as long as the rows have it, also when `names:` is short', async () => {
    const error = await userError(loadFiles({ 't.csv': plainCsv(30) }, { names: ['p', 'q'] }));
    expect(error.message).toBe('3 fields where there should be 2');
  });
});

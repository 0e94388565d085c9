// What trees see of a table: gaps and categories as they are.
import { describe, expect, it } from 'vitest';
import { encodeSplit } from '../../src/data/build-dataset.js';
import { isPreparedBy } from '../../src/data/dataset.js';
import { readSource } from '../../src/data/read/read-source.js';
import { PART } from '../../src/data/read/table.js';
import { type DataKnobs, dataKnobs } from '../../src/knobs/data-knobs.js';
import { type Preparation, prepareRow } from '../../src/model/preparation.js';
import { loadFilesWithSplits, writeFiles } from './table-folder.js';

const parts = ['train', 'train', 'train', 'train', 'validation', 'validation', 'test', 'test'];
const cells = ['1,tcp,x', ',udp,x', '3,tcp,x', '5,,x', '9,icmp,x', '2,tcp,x', '2,tcp,y', '8,udp,x'];
const csv = (rows: readonly string[]) =>
  ['size,proto,flag,part,class', ...rows.map((row, at) => `${row},${parts[at]},${'ab'[at % 2]}`)].join('\n');
const TREES = dataKnobs({ model: 'trees' });
const ONE_HOT = dataKnobs({ model: 'trees', encode_categories: 'one_hot' });

async function prepared(rows: readonly string[], knobs: DataKnobs) {
  const { dataset, prepare } = await loadFilesWithSplits(
    { 't.csv': csv(rows) },
    { split: { column: 'part' } },
  );
  const { features, featureNames, featureKinds, fingerprint, featureCount } = prepare(knobs, 1);
  const column = (feature: number) => [...features].filter((_, at) => at % featureCount === feature);
  return { dataset, column, featureNames, featureKinds, fingerprint };
}

describe('the features of trees', () => {
  it('are one for each column that varies, NaN where nothing is known', async () => {
    const { column, featureNames, featureKinds } = await prepared(cells, TREES);
    expect(featureNames).toEqual(['size', 'proto']);
    expect(featureKinds).toEqual([
      { categories: 0, hasMissing: true },
      { categories: 2, hasMissing: true },
    ]);
    const sizes = column(0);
    expect(sizes[1]).toBeNaN();
    const order = [0, 5, 6, 2, 3, 7, 4].map((row) => sizes[row] ?? Number.NaN);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(order).size).toBe(6);
    // tcp, udp; icmp is not among the training rows.
    const nothing = Number.NaN;
    expect(column(1)).toEqual([0, 1, 0, nothing, nothing, 0, 0, 1]);
  });

  it('are indicators of categories where the spec says so', async () => {
    const { column, featureNames, featureKinds } = await prepared(cells, ONE_HOT);
    expect(featureNames).toEqual(['size', 'proto=tcp', 'proto=udp', 'proto is unknown']);
    expect(featureKinds?.map(({ hasMissing }) => hasMissing)).toEqual([true, false, false, false]);
    expect(column(0)[1]).toBeNaN();
    expect(column(3)).toEqual([0, 0, 0, 1, 1, 0, 0, 0]);
  });

  it('have the fingerprint of the table, as every preparation has', async () => {
    const { dataset, fingerprint } = await prepared(cells, TREES);
    expect(fingerprint).toBe(dataset.fingerprint);
  });

  it('come from a row by its preparation, to the bit', async () => {
    const spec = { source: 't.csv', split: { column: 'part' } };
    const table = await readSource(spec, writeFiles({ 't.csv': csv(cells) }));
    const assigned = Uint8Array.from(parts, (part) => PART[part as 'train' | 'validation' | 'test']);
    for (const knobs of [TREES, ONE_HOT]) {
      const { shared, encodings } = encodeSplit(table, assigned, { knobs });
      const columns = encodings.flatMap(({ preparation }) => preparation ?? []);
      const preparation = JSON.parse(JSON.stringify({ columns, classNames: [] })) as Preparation;
      const rows = cells.map((row) => {
        const [size = '', proto = '', flag] = row.split(',');
        return prepareRow(preparation, {
          size: size === '' ? null : Number(size),
          proto: proto === '' ? null : proto,
          flag,
        });
      });
      expect(rows.flatMap((row) => [...row])).toEqual([...shared.features]);
    }
  });
});

it('a table without gaps and categories is the same to networks and trees', async () => {
  const numbers = await prepared(
    cells.map((_, row) => `${row * row},${row % 3},${row}`),
    TREES,
  );
  const { dataset } = await prepared(cells, TREES);
  expect(isPreparedBy(numbers.dataset, dataKnobs({}), TREES)).toBe(true);
  expect(isPreparedBy(numbers.dataset, dataKnobs({}), ONE_HOT)).toBe(true);
  expect(isPreparedBy(dataset, dataKnobs({}), TREES)).toBe(false);
  expect(isPreparedBy(dataset, dataKnobs({}), ONE_HOT)).toBe(false);
});

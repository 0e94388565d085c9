// The groups of the rows that results are measured on, as a data card keeps them.
import { expect, test } from 'vitest';
import { readGroups, recordGroups } from '../../src/data/split/recorded-groups.js';
import type { DataSpec } from '../../src/spec/data-spec.js';
import { loadFilesWithSplits } from './table-folder.js';

/** Ten rows of each host; every eleventh row is of the rare class, or the rows of the last three hosts. */
function hosts(count: number, isRare = (row: number) => row % 11 === 0): string {
  const lines = Array.from(
    { length: 10 * count },
    (_, row) => `${row},h${Math.floor(row / 10)},${isRare(row) ? 'rare' : 'usual'}`,
  );
  return ['x,host,class', ...lines].join('\n');
}

function load(csv: string, spec: Partial<DataSpec>) {
  return loadFilesWithSplits(
    { 't.csv': csv },
    { drop: ['host'], label: 'class', normalize: 'none', min_class_rows: 1, ...spec },
  );
}

/** The source row of a row, which is its only feature here. */
const hostOf = (features: Float32Array, row: number) => Math.floor((features[row] as number) / 10);

/** Groups in the order of their first row. */
function ranked(values: readonly number[]): number[] {
  const seen = [...new Set(values)];
  return values.map((value) => seen.indexOf(value));
}

test('of one split they are those of its validation and its test rows', async () => {
  const { dataset } = await load(hosts(120), { split: { group: 'host' } });
  const { card, split, features } = dataset;
  expect(card.groups?.columns).toEqual(['host']);
  for (const name of ['validation', 'test'] as const) {
    const expected = ranked([...split[name]].map((row) => hostOf(features, row)));
    expect([...readGroups(card.groups?.[name] ?? '', split[name].length)]).toEqual(expected);
  }
  expect(card.warnings ?? []).toEqual([]);
});

test('of splits per seed they are those of all rows that are no test rows', async () => {
  const { dataset, splits } = await load(hosts(120), { split: { group: 'host', folds: 3 } });
  const { card, features, split } = dataset;
  const pool = [...split.train, ...split.validation].toSorted((a, b) => a - b);
  expect(splits?.poolLabels).toHaveLength(pool.length);
  const groups = [...readGroups(card.groups?.validation ?? '', pool.length)];
  expect(groups).toEqual(ranked(pool.map((row) => hostOf(features, row))));
});

test('are kept where a column gives the split, and not where nothing is said of groups', async () => {
  const parts = hosts(90)
    .split('\n')
    .map((line, at) =>
      at === 0 ? `${line},part` : `${line},${['train', 'validation', 'test'][Math.floor((at - 1) / 10) % 3]}`,
    )
    .join('\n');
  const given = await load(parts, { split: { column: 'part', group: 'host' } });
  expect(new Set(readGroups(given.dataset.card.groups?.test ?? '', 300)).size).toBe(30);
  const plain = await load(parts, { split: { column: 'part' } });
  expect(plain.dataset.card.groups).toBeUndefined();
});

test('few groups, and classes in few groups, are said once for each split', async () => {
  const few = await load(hosts(20), { split: { group: 'host' } });
  expect(few.dataset.card.warnings).toEqual([
    'The validation rows are of 4 groups of host (fewer than 5 with rows of usual, rare), and the test rows are of 4 groups of host (fewer than 5 with rows of usual, rare): intervals draw whole groups, and with so few they are unsure and may be too narrow.',
  ]);
  const lone = await load(
    hosts(120, (row) => row >= 1100),
    { split: { group: 'host' } },
  );
  expect(lone.dataset.card.warnings?.join()).toMatch(/\(fewer than 5 with rows of rare\)/);
});

test('more than 65,536 groups have four bytes each', () => {
  const count = 70_000;
  const codes = Int32Array.from({ length: count }, (_, row) => row);
  const rows = { validation: codes, test: codes.slice(0, 10) };
  const recorded = recordGroups({ columns: ['host'], codes, count }, rows);
  expect(readGroups(recorded.validation, count)).toEqual(Uint32Array.from(codes));
  expect(readGroups(recorded.test, 10)).toEqual(Uint32Array.from(codes.slice(0, 10)));
  expect(() => readGroups(recorded.test, 11)).toThrow('groups of 11 rows have 20 bytes');
});

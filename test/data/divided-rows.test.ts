import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/data/dataset.js';
import { dealGroups } from '../../src/data/split/stratified-groups.js';
import type { DrawnSplitSpec } from '../../src/spec/data-spec.js';
import { cases } from '../property-cases.js';
import { loadFiles, userError } from './table-folder.js';

const SPLITS = ['train', 'validation', 'test'] as const;

interface GroupedCase {
  readonly folds: number;
  readonly classes: number;
  readonly groups: number;
  readonly labels: readonly number[];
  readonly group_of: readonly number[];
  readonly fold_of: readonly number[];
}

interface TimedCase {
  readonly rows: number;
  readonly held: number;
  readonly gap: number;
  readonly train: number;
  readonly validation_from: number;
  readonly before_test: number;
  readonly test_from: number;
}

const golden = JSON.parse(readFileSync(new URL('fixtures/divisions.json', import.meta.url), 'utf8')) as {
  readonly grouped: readonly GroupedCase[];
  readonly timed: readonly TimedCase[];
};

/** The mean over classes of the standard deviation over folds of a fold's share of the class. */
function unevenness(foldOf: readonly number[], { labels, classes, folds }: GroupedCase): number {
  const deviations = Array.from({ length: classes }, (_, cls) => {
    const own = foldOf.filter((_fold, row) => labels[row] === cls);
    const shares = Array.from(
      { length: folds },
      (_fold, at) => own.filter((fold) => fold === at).length / own.length,
    );
    return Math.sqrt(shares.reduce((sum, share) => sum + (share - 1 / folds) ** 2, 0) / folds);
  });
  return deviations.reduce((sum, deviation) => sum + deviation, 0) / classes;
}

/** A table of `host`, a number and a class; `load` gives it with the row number as a feature, not normalised. */
function hostTable(hosts: readonly (string | number)[], classes: readonly string[], extra = ''): string {
  const lines = hosts.map((host, row) => `${row},${host},${(row * 37) % 101},${classes[row]}`);
  return [`row,host,x${extra},class`, ...lines].join('\n');
}

function load(csv: string, split: DrawnSplitSpec, spec: object = {}): Promise<Dataset> {
  return loadFiles({ 't.csv': csv }, { normalize: 'none', min_class_rows: 1, split, ...spec });
}

/** The source rows of each split, found by the feature `row`. */
function sourceRows({ split, features, featureNames, featureCount }: Dataset): number[][] {
  const column = featureNames.indexOf('row');
  return SPLITS.map((name) => [...split[name]].map((row) => features[row * featureCount + column] as number));
}

describe('groups', () => {
  test.each(golden.grouped)(
    'lie as evenly as with StratifiedGroupKFold: $groups groups, $folds folds',
    (one) => {
      const grouped = {
        rows: Int32Array.from(one.labels.keys()),
        labels: Int32Array.from(one.labels),
        groupOf: Int32Array.from(one.group_of),
        groupCount: one.groups,
        classCount: one.classes,
      };
      const dealt = dealGroups(grouped, Array<number>(one.folds).fill(1 / one.folds));
      const foldOf = one.group_of.map((group) => dealt[group] as number);
      // Equal choices may go either way, and everything after them.
      expect(unevenness(foldOf, one)).toBeLessThanOrEqual(unevenness(one.fold_of, one) + 0.001);
    },
  );

  test('are never in two splits, whatever the table', async () => {
    const table = fc.array(fc.tuple(fc.integer({ min: 0, max: 11 }), fc.constantFrom('a', 'b')), {
      minLength: 60,
      maxLength: 200,
    });
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 0, max: 1e9 }), async (rows, seed) => {
        // Twelve groups of both classes, so that every split can have both.
        const all = [
          ...Array.from({ length: 24 }, (_, i) => [i % 12, 'ab'[Math.floor(i / 12)]] as const),
          ...rows,
        ];
        const hosts = all.map(([host]) => host);
        const csv = hostTable(
          hosts,
          all.map(([, cls]) => cls as string),
        );
        const divided = sourceRows(await load(csv, { group: 'host', seed }));
        expect(divided.flat().toSorted((a, b) => a - b)).toEqual([...hosts.keys()]);
        const groups = divided.map((own) => new Set(own.map((row) => hosts[row])));
        expect(groups.reduce((sum, { size }) => sum + size, 0)).toBe(12);
        expect(Math.min(...divided.map(({ length }) => length))).toBeGreaterThan(0);
      }),
      { numRuns: cases(30) },
    );
  });

  test('give every split its share of every class where there are many', async () => {
    const hosts = Array.from({ length: 4000 }, (_, row) => row % 400);
    const classes = hosts.map((host, row) => (host % 10 === 0 ? 'rare' : row % 3 === 0 ? 'b' : 'a'));
    const dataset = await load(hostTable(hosts, classes), { group: 'host', validation: 0.25, test: 0.15 });
    for (const [name, share] of [
      ['train', 0.6],
      ['validation', 0.25],
      ['test', 0.15],
    ] as const) {
      dataset.classNames.forEach((_, cls) => {
        const rows = [...dataset.split[name]].filter((row) => dataset.labels[row] === cls).length;
        const all = [...dataset.labels].filter((label) => label === cls).length;
        expect(Math.abs(rows / all - share)).toBeLessThan(0.03);
      });
    }
    expect(dataset.card.notes.join()).toMatch(
      /Split by groups of host, none of them in two splits: 2\d\d in training/,
    );
  });

  test('of several columns are their combinations; none is a feature unless `features` lists it', async () => {
    const hosts = Array.from({ length: 90 }, (_, row) => `${row % 9}`);
    const csv = hostTable(
      hosts,
      hosts.map((_, row) => (row % 2 === 0 ? 'a' : 'b')),
    );
    const plain = await load(csv, { group: 'host' });
    expect(plain.featureNames).toEqual(['row', 'x']);
    const listed = await load(csv, { group: 'host' }, { features: ['row', 'host'] });
    expect(listed.featureNames).toEqual(['row', 'host']);
    const both = await load(csv, { group: ['host', 'x'] }, { features: ['row'] });
    const pairs = sourceRows(both).map((own) => new Set(own.map((row) => `${row % 9} ${(row * 37) % 101}`)));
    expect(pairs.reduce((sum, { size }) => sum + size, 0)).toBe(90);
  });

  test('the seed decides which, and the order of the file does not matter to what stays together', async () => {
    const hosts = Array.from({ length: 200 }, (_, row) => row % 20);
    const csv = hostTable(
      hosts,
      hosts.map((_, row) => 'ab'[Math.floor(row / 20) % 2] as string),
    );
    const print = async (seed: number) => (await load(csv, { group: 'host', seed })).fingerprint;
    expect(await print(1)).toBe(await print(1));
    expect(await print(1)).not.toBe(await print(2));
  });

  test('mistakes are named with their place', async () => {
    const hosts = Array.from({ length: 30 }, (_, row) => `h${row % 2}`);
    const csv = hostTable(
      hosts,
      hosts.map((_, row) => 'ab'[row % 2] as string),
    );
    expect((await userError(load(csv, { group: 'hots' }))).message).toContain('Did you mean "host"');
    expect((await userError(load(csv, { group: 'class' }))).message).toContain('is the label');
    expect((await userError(load(csv, { group: 'host' }))).message).toBe(
      '2 groups of host cannot fill 3 splits',
    );
    const gap = csv.replace('\n3,h1,', '\n3,,');
    const missing = await userError(load(gap, { group: 'host' }));
    expect(missing.message).toBe('the group is missing');
    expect(missing.where).toMatch(/t\.csv:5, column "host"$/);
    const files = await userError(
      load(csv, { group: 'host', test: 't.csv', validation: 0.2 }, { source: 't.csv' }),
    );
    expect(files.message).toMatch(/in another split|files of their own/);
    const builtin = await userError(
      loadFiles({}, { source: 'builtin:malware21', split: { group: 'duration' } }),
    );
    expect(builtin.message).toMatch(/no column|neither groups/);
  });
});

describe('time', () => {
  const timeTable = (times: readonly (string | number)[]): string =>
    ['row,when,class', ...times.map((time, row) => `${row},${time},${'ab'[row % 2]}`)].join('\n');

  test.each(golden.timed)(
    'divides $rows rows where TimeSeriesSplit does, with a gap of $gap',
    async (one) => {
      // Rows in another order than their times.
      const times = Array.from({ length: one.rows }, (_, row) => (row * 7) % one.rows);
      const share = one.held / one.rows;
      const split = { time: 'when', gap: one.gap, validation: share, test: share };
      const divided = sourceRows(await load(timeTable(times), split)).map((own) =>
        own.map((row) => times[row] as number).toSorted((a, b) => a - b),
      );
      const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
      expect(divided).toEqual([
        range(0, one.train),
        range(one.validation_from, one.before_test),
        range(one.test_from, one.rows),
      ]);
    },
  );

  test('training is before validation before test, and rows of one instant stay together', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 80, maxLength: 200 });
    const gaps = fc.integer({ min: 0, max: 4 });
    await fc.assert(
      fc.asyncProperty(times, gaps, async (drawn, gap) => {
        // Both classes at every instant.
        const all = [
          ...Array.from({ length: 82 }, (_, at) => at >> 1),
          ...drawn.flatMap((time) => [time, time]),
        ];
        const dataset = await load(timeTable(all), { time: 'when', gap });
        const [train = [], validation = [], held = []] = sourceRows(dataset).map((own) =>
          own.map((row) => all[row] as number),
        );
        expect(Math.max(...train)).toBeLessThan(Math.min(...validation) - gap);
        expect(Math.max(...validation)).toBeLessThan(Math.min(...held) - gap);
        const left = all.length - train.length - validation.length - held.length;
        expect(left > 0).toBe(gap > 0);
        expect(dataset.featureNames).toEqual(['row']);
      }),
      { numRuns: cases(30) },
    );
  });

  test('dates are read by ISO 8601, with zones and gaps in days', async () => {
    const days = Array.from({ length: 60 }, (_, day) => new Date(Date.UTC(2024, 0, 1 + Math.floor(day / 2))));
    const texts = days.map((date, row) =>
      row % 3 === 0
        ? date.toISOString().slice(0, 10)
        : row % 3 === 1
          ? `${date.toISOString().slice(0, 10)} 02:00+02:00`
          : date.toISOString(),
    );
    const dataset = await load(timeTable(texts), { time: 'when', gap: '2 d' });
    const [train = [], validation = [], held = []] = sourceRows(dataset);
    expect([train.length, validation.length, held.length]).toEqual([32, 8, 12]);
    expect(dataset.card.notes.join()).toContain(
      'Split by when: training from 2024-01-01T00:00:00Z, validation from 2024-01-19T00:00:00Z, test from 2024-01-25T00:00:00Z; 8 rows in the gap of 2 d before them are left out.',
    );
  });

  test('mistakes are named with their line', async () => {
    const numbers = Array.from({ length: 40 }, (_, row) => row);
    const bad = (line: number, text: string) =>
      load(timeTable(numbers.map(String).with(line, text)), { time: 'when' });
    const missing = await userError(bad(3, ''));
    expect([missing.message, missing.where]).toEqual([
      'the time is missing',
      expect.stringMatching(/t\.csv:5, column "when"$/),
    ]);
    expect((await userError(bad(3, '03/04/2024'))).message).toBe(
      '"03/04/2024" is neither a number nor a date',
    );
    expect((await userError(bad(3, '2024-02-31'))).message).toContain('neither');
    expect((await userError(bad(3, '2024-02-01'))).message).toContain(
      'is a date, but the times before it are numbers',
    );
    const csv = timeTable(numbers);
    expect((await userError(load(csv, { time: 'when', gap: '1 d' }))).message).toContain('has numbers');
    expect((await userError(load(csv, { time: 'when', gap: 39 }))).message).toContain(
      'no row is left for training',
    );
    expect((await userError(load(csv, { gap: 1 }))).message).toBe('a gap needs a time');
    expect((await userError(load(csv, { time: 'when', group: 'row' }))).message).toContain('not by both');
    expect((await userError(load(timeTable(numbers.map(() => 7)), { time: 'when' }))).message).toContain(
      'no row is left',
    );
  });

  test('a class that a split lacks is refused as everywhere', async () => {
    const times = Array.from({ length: 50 }, (_, row) => row);
    const csv = timeTable(times).replaceAll(/^(4\d,4\d),b$/gm, '$1,a');
    expect((await userError(load(csv, { time: 'when' }))).message).toContain('b (no row in test)');
  });
});

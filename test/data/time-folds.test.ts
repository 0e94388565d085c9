import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classSupport } from '../../src/data/dataset.js';
import type { LoadedData } from '../../src/data/load-dataset.js';
import type { SeedSplits } from '../../src/data/seed-splits.js';
import type { DataSpec, DrawnSplitSpec } from '../../src/spec/data-spec.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { cases } from '../property-cases.js';
import { thrown } from '../thrown.js';
import { loadFilesWithSplits, sourceRows, userError } from './table-folder.js';

type Range = readonly [number, number];

const golden = JSON.parse(readFileSync(new URL('fixtures/time-folds.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly {
    readonly rows: number;
    readonly folds: number;
    readonly gap: number;
    readonly splits: readonly { readonly train: Range; readonly validation: Range }[];
  }[];
};

/** Rows of these times; the class of a row is a or b by turns unless given. */
function timeTable(times: readonly (number | string)[], classes?: readonly string[]): string {
  const lines = times.map((time, row) => `${row},${time},${classes?.[row] ?? 'ab'[row % 2]}`);
  return ['row,when,class', ...lines].join('\n');
}

async function load(
  csv: string,
  split: DrawnSplitSpec,
  spec: Partial<DataSpec> = {},
): Promise<{ readonly dataset: LoadedData['dataset']; readonly splits: SeedSplits }> {
  const { dataset, splits } = await loadFilesWithSplits(
    { 't.csv': csv },
    { normalize: 'none', split: { time: 'when', ...split }, ...spec },
  );
  if (splits === undefined) throw new Error('the seeds share one split');
  return { dataset, splits };
}

const seedsOf = (folds: number): number[] => Array.from({ length: folds }, (_, at) => at + 1);
const ascending = (a: number, b: number): number => a - b;

describe('folds by time', () => {
  test.each(golden.cases)(
    'of $rows rows are those of TimeSeriesSplit: $folds folds, a gap of $gap',
    async ({ rows, folds, gap, splits: expected }) => {
      const testRows = 20;
      const total = rows + gap + testRows;
      // Rows in another order than their times.
      const times = Array.from({ length: total }, (_, row) => (row * 7919) % total);
      const csv = timeTable(
        times,
        times.map((time) => 'ab'[time % 2] as string),
      );
      const { splits } = await load(csv, { folds, gap, test: testRows / total });
      const range = ([first, last]: Range) => Array.from({ length: last - first + 1 }, (_, at) => first + at);
      for (const [fold, { train, validation }] of expected.entries()) {
        const own = splits.dataset(fold + 1);
        const timesOf = (name: 'train' | 'validation' | 'test') =>
          sourceRows(own, name)
            .map((row) => times[row] as number)
            .toSorted(ascending);
        expect(timesOf('train')).toEqual(range(train));
        expect(timesOf('validation')).toEqual(range(validation));
        expect(timesOf('test')).toEqual(range([rows + gap, total - 1]));
      }
    },
  );

  test('train before they validate, whatever the times; each row before the test rows validates once at most', async () => {
    const small = (min: number, max: number) => fc.integer({ min, max });
    const counts = fc.array(small(1, 3), { minLength: 100, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(counts, small(2, 4), small(0, 3), async (pairs, folds, gap) => {
        // Rows of both classes at every instant, in no order.
        const inOrder = pairs.flatMap((count, time) => Array<number>(2 * count).fill(time));
        const places = inOrder.map((_, row) => (row * 7919) % inOrder.length);
        const all = places.map((place) => inOrder[place] as number);
        const classes = places.map((place) => 'ab'[place % 2] as string);
        const { dataset, splits } = await load(timeTable(all, classes), { folds, gap });
        const held = seedsOf(folds).map((seed) => {
          const own = splits.dataset(seed);
          const [train, validation, tested] = (['train', 'validation', 'test'] as const).map((name) =>
            sourceRows(own, name),
          ) as [number[], number[], number[]];
          const timesOf = (rows: readonly number[]) => rows.map((row) => all[row] as number);
          const from = Math.min(...timesOf(validation));
          const isBefore = (time: number) => time < (gap === 0 ? from : from - gap);
          expect(train).toEqual([...all.keys()].filter((row) => isBefore(all[row] as number)));
          expect(Math.max(...timesOf(validation))).toBeLessThan(Math.min(...timesOf(tested)) - gap);
          expect(tested).toEqual(sourceRows(dataset, 'test'));
          expect([...splits.validationRows(seed)].map((at) => splits.poolLabels[at])).toEqual(
            [...own.split.validation].map((row) => own.labels[row]),
          );
          expect(dataset.card.foldTrainRows?.[seed - 1]).toEqual([...classSupport(own, 'train')]);
          return { validation, times: new Set(timesOf(validation)) };
        });
        const rows = held.flatMap(({ validation }) => validation);
        expect(new Set(rows).size).toBe(rows.length);
        const recorded = seedsOf(folds).flatMap((seed) => [...splits.validationRows(seed)]);
        expect(recorded).toHaveLength(splits.poolLabels.length);
        expect(new Set(recorded).size).toBe(splits.poolLabels.length);
        // Rows of one instant stay together, so that no time is in two folds.
        const instants = held.flatMap(({ times }) => [...times]);
        expect(new Set(instants).size).toBe(instants.length);
        const starts = held.map(({ times }) => Math.min(...times));
        expect(starts).toEqual(starts.toSorted(ascending));
      }),
      { numRuns: cases(30) },
    );
  });

  test('are the same again after the last; the note says where they are', async () => {
    const { dataset, splits } = await load(timeTable(Array.from({ length: 100 }, (_, row) => row)), {
      folds: 3,
      gap: 2,
    });
    expect(splits.validationRows(4)).toEqual(splits.validationRows(1));
    expect(dataset.card.notes).toContain(
      'Split by when into 3 folds: seed 1 validates from 21 and seed 3 from 59, and each trains on the rows before; test from 80; rows in the gap of 2 before them are left out. The counts are those of the last fold.',
    );
    expect([dataset.split.train.length, dataset.split.validation.length]).toEqual([57, 19]);
  });

  test('another number of folds, another gap and one split have fingerprints of their own', async () => {
    const csv = timeTable(Array.from({ length: 100 }, (_, row) => row));
    const print = async (split: DrawnSplitSpec) => (await load(csv, split)).dataset.fingerprint;
    const all = [await print({ folds: 3 }), await print({ folds: 4 }), await print({ folds: 3, gap: 2 })];
    const single = await loadFilesWithSplits(
      { 't.csv': csv },
      { normalize: 'none', split: { time: 'when' } },
    );
    expect(new Set([...all, single.dataset.fingerprint]).size).toBe(4);
    expect(await print({ folds: 3 })).toBe(all[0]);
  });

  test('a class that a fold lacks is refused, dropped, or only trains where every fold can train it', async () => {
    const times = Array.from({ length: 100 }, (_, row) => row);
    // Class c has rows at the beginning and at the end, none where the first fold validates.
    const classes = times.map(
      (time) => (time < 12 || time >= 40 ? 'abc'[time % 3] : 'ab'[time % 2]) as string,
    );
    const csv = timeTable(times, classes);
    const error = await userError(load(csv, { folds: 3 }));
    expect(error.message).toBe(
      'c (no row in validation of fold 1): every class needs 3 rows and a row in each split',
    );
    expect(error.fix).toContain('action: drop');
    const few = (action: 'drop' | 'train_only') => ({ min_class_rows: { rows: 3, action } });
    const dropped = await load(csv, { folds: 3 }, few('drop'));
    expect(dropped.dataset.classNames).not.toContain('c');
    expect(dropped.dataset.card.notes).toContain('Classes dropped: c (no row in validation of fold 1).');
    const { splits, dataset } = await load(csv, { folds: 3 }, few('train_only'));
    const trained = seedsOf(3).map((seed) => {
      const own = splits.dataset(seed);
      const rows = sourceRows(own, 'train').filter((row) => classes[row] === 'c');
      expect(rows.every((row) => row < Math.min(...sourceRows(own, 'validation')))).toBe(true);
      return rows.length;
    });
    expect(trained).toEqual([4, 4, 11]);
    expect(splits.poolLabels).not.toContain(dataset.classNames.indexOf('c'));
    const late = timeTable(
      times,
      times.map((time) => (time >= 40 ? 'abc'[time % 3] : 'ab'[time % 2]) as string),
    );
    expect((await userError(load(late, { folds: 3 }, few('train_only')))).message).toBe(
      'class "c" has no training row in fold 1',
    );
  });

  test('mistakes are named', async () => {
    const csv = timeTable(Array.from({ length: 60 }, (_, row) => row));
    const coarse = timeTable(Array.from({ length: 60 }, (_, row) => Math.floor(row / 15)));
    expect((await userError(load(coarse, { folds: 5 }))).message).toBe(
      'when has too few different times for 5 folds',
    );
    const constant = [
      'x,when,class',
      ...Array.from({ length: 60 }, (_, at) => `${Math.max(20, at)},${at},${'ab'[at % 2]}`),
    ];
    expect((await userError(load(constant.join('\n'), { folds: 3 }))).message).toContain(
      'no column varies over the training rows',
    );
    expect((await userError(load(csv, { folds: 50 }))).message).toContain('too few different times');
    expect((await userError(load(csv, { folds: 3, gap: 11 }))).message).toBe(
      'no row is left for training in fold 1 before the gap',
    );
    expect((await userError(load(csv, { folds: 3, group: 'row' }))).message).toContain('not by both');
    expect((await userError(load(csv, { folds: 3, test: ['t.csv'] }, { source: 't.csv' }))).message).toMatch(
      /in another split|files of their own/,
    );
    const spec = (text: string) => () =>
      parseSpec(`name: x\ndata:\n  source: t.csv\n  split: {time: when, folds: 4${text}}`);
    expect(spec('')().seeds).toEqual([1, 2, 3, 4]);
    expect(thrown(spec(', repeats: 2'))).toMatchObject({
      message: 'data.split.repeats: folds by time are not drawn, so they are the same again',
      where: expect.stringMatching(/^spec\.yaml:4:/),
    });
    expect(thrown(spec(', validation: 0.3'))).toMatchObject({
      fix: expect.stringContaining('1/5 of the rows'),
    });
  });
});

describe('groups of a given split', () => {
  const hosts = Array.from({ length: 60 }, (_, row) => row % 12);
  const table = (part: (row: number) => string): string =>
    [
      'x,host,part,class',
      ...hosts.map((host, row) => `${row * 7},h${host},${part(row)},${'ab'[Math.floor(row / 12) % 2]}`),
    ].join('\n');
  const split = { column: 'part', group: 'host' };
  const names = ['train', 'validation', 'test'] as const;
  const warnings = async (part: (row: number) => string) =>
    (await loadFilesWithSplits({ 't.csv': table(part) }, { split, min_class_rows: 1 })).dataset.card.warnings;

  test('with rows on both sides get a warning', async () => {
    const few = expect.stringMatching(/^The validation rows are of \d+ groups of host/);
    expect(await warnings((row) => names[(row % 12) % 3] as string)).toEqual([few]);
    const leaking = await warnings((row) => (row === 1 ? 'train' : (names[(row % 12) % 3] as string)));
    expect(leaking).toEqual([
      '1 of 12 groups of host has rows in several splits: a model that knows a group from training looks better than it is. Give all rows of a group one split, or let `split: {group: host}` divide them.',
      few,
    ]);
    expect((await warnings((row) => names[row % 5 > 2 ? 0 : row % 5] as string))?.[0]).toMatch(
      /^12 of 12 groups of host have rows in several splits/,
    );
  });

  test('stay no feature, and cannot be the split itself', async () => {
    const files = { 't.csv': table((row) => names[(row % 12) % 3] as string) };
    const { dataset } = await loadFilesWithSplits(files, { split, min_class_rows: 1 });
    expect(dataset.featureNames).toEqual(['x']);
    const same = loadFilesWithSplits(files, { split: { column: 'part', group: 'part' } });
    expect((await userError(same)).message).toBe('"part" cannot be both the group and the split');
  });
});

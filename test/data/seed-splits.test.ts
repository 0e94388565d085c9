import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classSupport, type SharedDataset } from '../../src/data/dataset.js';
import { type LoadedData, loadData } from '../../src/data/load-dataset.js';
import type { SeedSplits } from '../../src/data/seed-splits.js';
import { UserError } from '../../src/errors.js';
import type { DataSpec, DrawnSplitSpec } from '../../src/spec/data-spec.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { cases } from '../property-cases.js';
import { thrown } from '../thrown.js';
import { loadFilesWithSplits, sourceRows, userError } from './table-folder.js';

const golden = JSON.parse(readFileSync(new URL('fixtures/folds.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly {
    readonly counts: readonly number[];
    readonly folds: number;
    readonly held: readonly (readonly number[])[];
  }[];
};

/** Classes c0, c1 … of so many rows; `row` is the number of the row, `host` its remainder by `hosts`. */
async function load(
  counts: readonly number[],
  split: DrawnSplitSpec,
  { hosts = 7, ...spec }: Partial<DataSpec> & { readonly hosts?: number } = {},
): Promise<{ readonly dataset: LoadedData['dataset']; readonly splits: SeedSplits }> {
  const classes = counts.flatMap((count, cls) => Array<string>(count).fill(`c${cls}`));
  const lines = classes.map((cls, row) => `${row},${row % hosts},${(row * 37) % 101},${cls}`);
  const csv = ['row,host,x,class', ...lines].join('\n');
  const { dataset, splits } = await loadFilesWithSplits(
    { 't.csv': csv },
    { normalize: 'none', split, ...spec },
  );
  if (splits === undefined) throw new Error('the seeds share one split');
  return { dataset, splits };
}

function refusal(work: () => unknown): UserError {
  const error = thrown(work);
  if (error instanceof UserError) return error;
  throw error;
}

const SEEDS = [1, 2, 3, 4, 17];

describe('reshuffled splits', () => {
  test('each seed has as many rows of each class, other rows, and the same test rows', async () => {
    const classes = fc.array(fc.integer({ min: 6, max: 60 }), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(classes, fc.integer({ min: 0, max: 1e9 }), async (counts, seed) => {
        const { dataset, splits } = await load(counts, { reshuffle: true, seed });
        for (const own of SEEDS.map((one) => splits.dataset(one))) {
          for (const name of ['train', 'validation', 'test'] as const) {
            expect([...classSupport(own, name)]).toEqual([...classSupport(dataset, name)]);
          }
          expect(sourceRows(own, 'test')).toEqual(sourceRows(dataset, 'test'));
          const all = (['train', 'validation', 'test'] as const).flatMap((name) => sourceRows(own, name));
          expect(all.toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: dataset.rowCount }, (_, at) => at),
          );
        }
      }),
      { numRuns: cases(20) },
    );
  });

  test('the recorded rows of a seed are those that it validates on', async () => {
    const { splits } = await load([60, 30, 9], { reshuffle: true });
    for (const seed of SEEDS) {
      const own = splits.dataset(seed);
      const labels = [...own.split.validation].map((row) => own.labels[row]);
      expect([...splits.validationRows(seed)].map((at) => splits.poolLabels[at])).toEqual(labels);
    }
    expect(splits.validationRows(1)).toEqual(splits.validationRows(1));
    expect(splits.validationRows(1)).not.toEqual(splits.validationRows(2));
  });

  test('each split is prepared on its own training rows', async () => {
    const { splits } = await load([60, 30], { reshuffle: true }, { normalize: 'zscore' });
    const means = SEEDS.map((seed) => {
      const { features, featureCount, split } = splits.dataset(seed);
      return (
        [...split.train].reduce((sum, row) => sum + (features[row * featureCount] as number), 0) /
        split.train.length
      );
    });
    for (const mean of means) expect(Math.abs(mean)).toBeLessThan(1e-6);
  });

  test('the fingerprint says that seeds have splits of their own', async () => {
    const fixed = await loadFilesWithSplits({ 't.csv': table }, {});
    const own = await loadFilesWithSplits({ 't.csv': table }, { split: { reshuffle: true } });
    const folds = await loadFilesWithSplits({ 't.csv': table }, { split: { folds: 4 } });
    expect(fixed.splits).toBeUndefined();
    expect(new Set([fixed, own, folds].map(({ dataset }) => dataset.fingerprint)).size).toBe(3);
    const said = (await loadFilesWithSplits({ 't.csv': table }, { split: { reshuffle: false } })).dataset;
    expect(said.fingerprint).toBe(fixed.dataset.fingerprint);
  });

  test('classes that only train are in no split’s validation rows', async () => {
    const { splits } = await load(
      [40, 30, 2],
      { reshuffle: true },
      { min_class_rows: { rows: 3, action: 'train_only' } },
    );
    const own = splits.dataset(3);
    expect(own.classNames).toEqual(['c0', 'c1', 'c2']);
    expect([...classSupport(own, 'train')].at(2)).toBe(2);
    expect([...classSupport(own, 'validation')].at(2)).toBe(0);
    expect(splits.poolLabels).not.toContain(2);
  });
});

const table = ['x,class', ...Array.from({ length: 60 }, (_, row) => `${row * 7},${'ab'[row % 2]}`)].join(
  '\n',
);

describe('folds', () => {
  test.each(golden.cases)(
    'of $counts rows hold as many of each class as StratifiedKFold’s',
    async ({ counts, folds, held }) => {
      // All rows but those of a test file are in the pool.
      const lines = counts.flatMap((count, cls) =>
        Array.from({ length: count }, (_, at) => `${at},${'abcde'[cls]}`),
      );
      const files = {
        't.csv': ['x,class', ...lines].join('\n'),
        'test.csv': ['x,class', ...counts.map((_, cls) => `1,${'abcde'[cls]}`)].join('\n'),
      };
      const { splits } = await loadFilesWithSplits(files, {
        source: 't.csv',
        split: { folds, test: 'test.csv' },
        min_class_rows: 1,
      });
      const found = Array.from({ length: folds }, (_, fold) => {
        const own = splits?.dataset(fold + 1) as SharedDataset;
        const support = classSupport(own, 'validation');
        return counts.map((_count, cls) => support[own.classNames.indexOf('abcde'[cls] as string)]);
      });
      expect(found.map(String).toSorted()).toEqual(held.map(String).toSorted());
    },
  );

  test('of a repeat cover every row of the pool once, and those of the next repeat are others', async () => {
    const { splits } = await load([50, 23], { folds: 4, repeats: 2 });
    const rowsOf = (seeds: readonly number[]) => seeds.flatMap((seed) => [...splits.validationRows(seed)]);
    const all = Array.from({ length: splits.poolLabels.length }, (_, at) => at);
    expect(rowsOf([1, 2, 3, 4]).toSorted((a, b) => a - b)).toEqual(all);
    expect(rowsOf([5, 6, 7, 8]).toSorted((a, b) => a - b)).toEqual(all);
    expect(splits.validationRows(1)).not.toEqual(splits.validationRows(5));
  });

  test('are the seeds of the sweep', () => {
    const spec = (text: string) => parseSpec(`name: x\ndata:\n  source: t.csv\n  split: ${text}`);
    expect(spec('{folds: 3, repeats: 2}').seeds).toEqual([1, 2, 3, 4, 5, 6]);
    expect(spec('{folds: 3}\nseeds: 3').seeds).toEqual([1, 2, 3]);
    const seeds = refusal(() => spec('{folds: 3, repeats: 2}\nseeds: 5'));
    expect(seeds.message).toBe('seeds: 3 folds × 2 repeats are seeds 1 to 6');
    expect(refusal(() => spec('{repeats: 2}')).message).toContain('only folds can be repeated');
    expect(refusal(() => spec('{folds: 3, validation: 0.3}')).message).toContain('folds decide');
    expect(refusal(() => spec('{folds: 3, reshuffle: true}')).message).toContain('a split already');
  });

  test('need a row of every class', async () => {
    const error = await userError(load([40, 5], { folds: 5 }));
    expect(error.message).toBe('c1 (4 rows): besides test rows, every class needs a row for each of 5 folds');
  });
});

describe('groups', () => {
  test.each(['reshuffle', 'folds'] as const)(
    'of a class that only trains: what is said of it holds for all seeds (%s)',
    async (type) => {
      const said = new Set<string>();
      for (let seed = 0; seed < 12; seed++) {
        const rule = type === 'folds' ? { folds: 4 } : { reshuffle: true };
        const { dataset, splits } = await load(
          [200, 150, 1],
          { ...rule, group: 'host', seed },
          { hosts: 17, min_class_rows: { rows: 3, action: 'train_only' } },
        );
        const notes = dataset.card.notes.join(' ');
        const trained = SEEDS.map((one) => splits.dataset(one)).map((own) => {
          expect(own.classNames).toEqual(dataset.classNames);
          // A row of a class without a name has no place among the labels.
          expect(Math.min(...own.labels)).toBeGreaterThanOrEqual(0);
          return own.classNames.includes('c2') && (classSupport(own, 'train')[2] ?? 0) > 0;
        });
        const isClass = dataset.classNames.includes('c2');
        expect(notes.includes('Classes in training only: c2 (1 row')).toBe(isClass);
        expect(notes.includes('none of their rows trains: c2')).toBe(!isClass);
        expect(notes.includes('may happen to c2') || trained.every((one) => one === isClass)).toBe(true);
        said.add(`${isClass} ${trained.includes(false)}`);
      }
      expect([...said]).toEqual(expect.arrayContaining(['false true', 'true true']));
    },
  );

  test.each([
    { split: { reshuffle: true }, name: 'reshuffled' },
    { split: { folds: 3 }, name: 'in folds' },
  ])('$name are never on both sides', async ({ split }) => {
    const { splits } = await load([300, 150], { ...split, group: 'host' }, { hosts: 31, features: ['row'] });
    const sides = [1, 2, 3].map((seed) => {
      const own = splits.dataset(seed);
      return (['train', 'validation', 'test'] as const).map(
        (name) => new Set(sourceRows(own, name).map((row) => row % 31)),
      );
    });
    for (const groups of sides) {
      expect(groups.reduce((sum, { size }) => sum + size, 0)).toBe(31);
      expect(groups[2]).toEqual(sides[0]?.[2]);
    }
    expect(sides[0]?.[1]).not.toEqual(sides[1]?.[1]);
  });

  test('too few to give every class to every side are refused', async () => {
    // Every class has three groups: one for test, so that two are left for three folds.
    const error = await userError(load([90, 90], { folds: 3, group: 'host' }, { hosts: 3 }));
    expect(error.message).toMatch(/no way was found to divide the groups/);
  });
});

test('where a split is given, seeds cannot have their own', async () => {
  const csv = { 't.csv': table, 'v.csv': table };
  const refused = (split: object) => userError(loadFilesWithSplits(csv, { source: 't.csv', split }));
  expect((await refused({ reshuffle: true, validation: 'v.csv' })).message).toContain('files of their own');
  expect((await refused({ reshuffle: true, time: 'x' })).message).toContain('cannot be shuffled');
  const column = refusal(() =>
    parseSpec('name: x\ndata: {source: t.csv, split: {column: part, reshuffle: true}}'),
  );
  expect(column.message).toBe('data.split.reshuffle does not go together with `column:`');
});

test('the builtin table has splits too', async () => {
  const { dataset, splits } = await loadData(
    { source: 'builtin:malware21', rows: 1000, split: { reshuffle: true } },
    '.',
  );
  expect(splits?.poolLabels).toHaveLength(dataset.split.train.length + dataset.split.validation.length);
});

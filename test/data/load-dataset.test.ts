import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classSupport, type Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/load-dataset.js';
import { RESERVED_BYTES } from '../../src/data/shared-memory.js';
import type { DataSpec } from '../../src/spec/data-spec.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { cases } from '../property-cases.js';
import { loadFiles, plainCsv, userError } from './table-folder.js';

const SPLITS = ['train', 'validation', 'test'] as const;

/** A table with so many rows of class a, b, c… */
function ofClasses(counts: readonly number[], spec: Partial<DataSpec> = {}): Promise<Dataset> {
  const lines = counts.flatMap((count, cls) =>
    Array.from({ length: count }, (_, i) => `${i * 31 + cls},c${cls}`),
  );
  return loadFiles({ 't.csv': ['x,class', ...lines].join('\n') }, spec);
}

function supports(dataset: Dataset): Record<string, number[]> {
  const counts = SPLITS.map((split) => classSupport(dataset, split));
  return Object.fromEntries(
    dataset.classNames.map((name, i) => [name, counts.map((count) => count[i] as number)]),
  );
}

describe('stratified splits', () => {
  test('every row stands in one split, and every class in each by its share', async () => {
    const classes = fc.array(fc.integer({ min: 3, max: 60 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(classes, fc.integer({ min: 0, max: 2 ** 31 }), async (counts, seed) => {
        const dataset = await ofClasses(counts, { split: { validation: 0.25, test: 0.15, seed } });
        const rows = SPLITS.flatMap((split) => [...dataset.split[split]]);
        expect(rows.toSorted((a, b) => a - b)).toEqual(rows.map((_, i) => i));
        counts.forEach((count, cls) => {
          const [train = 0, validation = 0, held = 0] = supports(dataset)[`c${cls}`] ?? [];
          expect(train + validation + held).toBe(count);
          expect(Math.min(train, validation, held)).toBeGreaterThanOrEqual(1);
          expect(Math.abs(validation - count * 0.25)).toBeLessThanOrEqual(1);
          expect(Math.abs(held - count * 0.15)).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: cases(30) },
    );
  });

  test('the seed decides, and nothing else', async () => {
    const load = (seed: number) => ofClasses([40, 20], { split: { seed } });
    const [one, again, other] = [await load(1), await load(1), await load(2)];
    expect(again.fingerprint).toBe(one.fingerprint);
    expect(other.fingerprint).not.toBe(one.fingerprint);
    expect([...other.split.test]).not.toEqual([...one.split.test]);
  });

  test('shares that leave nothing to train on are refused', async () => {
    const error = await userError(ofClasses([40, 20], { split: { validation: 0.6, test: 0.4 } }));
    expect(error.message).toMatch(/no training rows/);
  });
});

describe('classes that are too small', () => {
  test('are refused by default, with what to do', async () => {
    const error = await userError(ofClasses([30, 2, 1]));
    expect(error.message).toContain('c1 (2 rows), c2 (1 row)');
    expect(error.fix).toContain('action: drop');
  });

  test('are listed in one line that can be read, however many they are', async () => {
    const many = Array<number>(900).fill(2);
    const error = await userError(ofClasses([500, 500, ...many]));
    expect(error.message).toContain('c2 (2 rows), c3 (2 rows), ');
    expect(error.message).toContain(' and 880 more: every class needs 3 rows');
    const dropped = await ofClasses([500, 500, ...many], { min_class_rows: { rows: 3, action: 'drop' } });
    expect(dropped.card.notes.join().length).toBeLessThan(500);
    const unknown = await userError(
      ofClasses(Array<number>(300).fill(9), { rare_classes: ['no such class'] }),
    );
    expect(unknown.fix?.length).toBeLessThan(200);
  });

  test('are no classes where most rows have one of their own', async () => {
    const error = await userError(ofClasses([40, ...Array<number>(90).fill(1)]));
    expect(error.message).toMatch(
      /^the label has 91 classes in 130 rows, so it hardly names classes: c1 \(1 row\)/,
    );
    expect(error.fix).toContain('Check that `label:` names the class column');
  });

  test('are dropped from the label set', async () => {
    const dataset = await ofClasses([30, 20, 2], { min_class_rows: { rows: 3, action: 'drop' } });
    expect(dataset.classNames).toEqual(['c0', 'c1']);
    expect(dataset.rowCount).toBe(50);
    expect(dataset.card.notes.join()).toContain('c2 (2 rows)');
  });

  test('only train under train_only, and are not rare: their recall cannot be measured', async () => {
    const spec = {
      min_class_rows: { rows: 3, action: 'train_only' },
      rare_classes: { max_support: 15 },
    } as const;
    const dataset = await ofClasses([30, 20, 2], spec);
    expect(supports(dataset)).toMatchObject({ c2: [2, 0, 0] });
    expect(dataset.rareClasses.map((index) => dataset.classNames[index])).toEqual(['c1']);
  });

  test('are said to train where they do, and to be dropped where none of their rows trains', async () => {
    const files = {
      'train.csv': `${plainCsv(20)}\n3,1,only`,
      'val.csv': `${plainCsv(10)}\n4,1,r\n5,1,r\n6,1,only`,
      'test.csv': plainCsv(10),
    };
    const dataset = await loadFiles(files, {
      source: 'train.csv',
      split: { validation: 'val.csv', test: 'test.csv' },
      min_class_rows: { rows: 1, action: 'train_only' },
    });
    expect(dataset.classNames).not.toContain('r');
    expect(dataset.card.notes).toEqual(
      expect.arrayContaining([
        'Classes in training only: only (no row in test, 1 row dropped).',
        'Classes dropped, none of their rows trains: r (no row in train and test).',
      ]),
    );
  });

  test('one class alone is no classification', async () => {
    expect((await userError(ofClasses([30]))).message).toContain('at least 2 classes');
  });
});

describe('splits from elsewhere', () => {
  const files = { 'train.csv': plainCsv(40), 'val.csv': plainCsv(10), 'test.csv': plainCsv(20) };
  test('separate files', async () => {
    const dataset = await loadFiles(files, {
      source: 'train.csv',
      split: { validation: 'val.csv', test: 'test.csv' },
    });
    expect(SPLITS.map((split) => dataset.split[split].length)).toEqual([40, 10, 20]);
  });

  test('a share and a file', async () => {
    const dataset = await loadFiles(files, {
      source: 'train.csv',
      split: { validation: 0.25, test: 'test.csv' },
    });
    expect(SPLITS.map((split) => dataset.split[split].length)).toEqual([30, 10, 20]);
  });

  test('one file in two splits is refused', async () => {
    const spec = { source: '*.csv', split: { validation: 'val.csv', test: 'test.csv' } };
    expect((await userError(loadFiles(files, spec))).message).toContain('another split');
  });

  test('a class that a split lacks is refused, or dropped by wish', async () => {
    const strange = plainCsv(20).replaceAll('b', 'mscan');
    const split = { validation: 'val.csv', test: 'test.csv' };
    const lacking = { ...files, 'test.csv': strange };
    const error = await userError(loadFiles(lacking, { source: 'train.csv', split }));
    expect(error.message).toMatch(/b \(no row in test\), mscan \(no row in train and validation\)/);
  });

  test('an unknown word in the split column', async () => {
    const csv = plainCsv(9).replaceAll(/,\d,/g, ',train,').replace('4,train', '4,tset');
    const error = await userError(loadFiles({ 't.csv': csv }, { split: { column: 'y' } }));
    expect(error.message).toContain('Did you mean "test"');
    expect(error.where).toMatch(/t\.csv:6, column "y"$/);
  });
});

describe('rare classes', () => {
  const counts = [100, 80, 60, 40, 30, 20, 10, 5];
  const rare = async (spec: DataSpec['rare_classes']) => {
    const dataset = await ofClasses(counts, { rare_classes: spec });
    return dataset.rareClasses.map((index) => dataset.classNames[index]);
  };
  test('are the rarest quarter, or as the spec says', async () => {
    expect(await rare(undefined)).toEqual(['c6', 'c7']);
    expect(await rare({ quantile: 0.01 })).toEqual(['c7']);
    expect(await rare({ max_support: 12 })).toEqual(['c5', 'c6', 'c7']);
    expect(await rare(['c7', 'c0'])).toEqual(['c0', 'c7']);
  });

  test('that do not exist are refused', async () => {
    expect((await userError(rare(['c77']))).message).toContain('Did you mean "c7"');
    expect((await userError(rare({ max_support: 1 }))).fix).toContain('3 training rows');
  });
});

test('all arrays are views over one shared memory, behind the reserved part', async () => {
  const { memory, features, labels, split } = await ofClasses([10, 10]);
  expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  for (const array of [features, labels, split.train, split.validation, split.test]) {
    expect(array.buffer).toBe(memory.buffer);
    expect(array.byteOffset).toBeGreaterThanOrEqual(RESERVED_BYTES);
    expect(array.byteOffset % 64).toBe(0);
  }
});

test('the fingerprint sees the rare classes, the labels and the normalisation', async () => {
  const prints = await Promise.all(
    [{}, { rare_classes: ['c0'] }, { normalize: 'none' } as const].map((spec) => ofClasses([10, 9], spec)),
  );
  prints.push(await ofClasses([9, 10]));
  expect(new Set(prints.map(({ fingerprint }) => fingerprint)).size).toBe(4);
});

test('notes name ten columns at most', async () => {
  const constant = Array.from({ length: 15 }, (_, at) => `c${at}`);
  const [header, ...rows] = plainCsv(30).trimEnd().split('\n');
  const csv = [`${constant},${header}`, ...rows.map((row) => `${constant.map(() => 1)},${row}`)].join('\n');
  const { notes } = (await loadFiles({ 't.csv': csv })).card;
  expect(notes).toContainEqual(expect.stringMatching(/: c0, c1, .*, c9 and 5 more\.$/));
});

describe('the specs of bench/sweeps on real tables', () => {
  const sweeps = fileURLToPath(new URL('../../bench/sweeps', import.meta.url));
  const absent = !existsSync(`${sweeps}/../../../shared/data`);
  const note = absent ? ' (skipped: ../shared/data is absent)' : '';
  const load = (name: string) => {
    const file = `${sweeps}/${name}.yaml`;
    return loadDataset(parseSpec(readFileSync(file, 'utf8'), file).data, sweeps);
  };
  test.skipIf(absent)(`NSL-KDD${note}`, async () => {
    const dataset = await load('nsl-kdd');
    expect(dataset.classNames).toHaveLength(16);
    expect(dataset.classNames[0]).toBe('normal');
    expect(dataset.rowCount).toBe(25_192 - 8);
    expect(dataset.card.columns.filter(({ kind }) => kind === 'categorical').map(({ name }) => name)).toEqual(
      ['protocol_type', 'service', 'flag'],
    );
    expect(supports(dataset).rootkit).toEqual([2, 1, 1]);
  });

  test.skipIf(absent)(`NetML-2020${note}`, async () => {
    const dataset = await load('netml2020');
    expect([dataset.rowCount, dataset.classNames.length]).toEqual([48_250, 21]);
    expect(dataset.card.columns.filter(({ missing }) => missing > 0)).toHaveLength(12);
    expect(dataset.card.notes[0]).toMatch(/inferred labels/i);
    expect(dataset.card.normalization.largestSdDeviation).toBeLessThan(1e-5);
  });

  test.skipIf(absent)(`page-blocks${note}`, async () => {
    const dataset = await load('page-blocks');
    expect([dataset.rowCount, dataset.featureCount, dataset.classNames.length]).toEqual([5473, 10, 5]);
    expect(supports(dataset)['3']).toEqual([16, 6, 6]);
  });
});

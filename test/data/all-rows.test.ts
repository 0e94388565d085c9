import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataKnobs } from '../../src/knobs/data-knobs.js';
import type { DataSpec } from '../../src/spec/data-spec.js';
import { cases } from '../property-cases.js';
import { loadFilesWithSplits, sourceRows } from './table-folder.js';

/** `row` numbers the rows, `day` is the time, and the class a or b by turns. */
function table(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const day = new Date(Date.UTC(2024, 0, 1 + row)).toISOString().slice(0, 10);
    return `${row},${(row * 7) % 5},${day},${row % 3 === 0 ? 'a' : 'b'}`;
  });
  return ['row,x,day,class', ...lines, ''].join('\n');
}

const PLAIN = dataKnobs({ normalize: 'none' });

const SPLITS: readonly Partial<DataSpec>[] = [
  {},
  { split: { validation: 0.3, test: 0.1, seed: 4 } },
  { split: { reshuffle: true } },
  { split: { folds: 4 } },
  { split: { time: 'day', folds: 3 } },
];

describe.each(SPLITS)('all rows of %j', (split) => {
  it('train on every row but the test rows, with the same classes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 60, max: 99 }), async (rows) => {
        const { dataset, allRows, splits } = await loadFilesWithSplits(
          { 't.csv': table(rows) },
          { ...split, normalize: 'none' },
        );
        const all = allRows(PLAIN);
        expect(sourceRows(all, 'test')).toEqual(sourceRows(dataset, 'test'));
        const used = new Set(
          splits === undefined
            ? [...sourceRows(dataset, 'train'), ...sourceRows(dataset, 'validation')]
            : [1, 2, 3, 4].flatMap((seed) => {
                const own = splits.dataset(seed);
                return [...sourceRows(own, 'train'), ...sourceRows(own, 'validation')];
              }),
        );
        expect(sourceRows(all, 'train')).toEqual([...used].sort((a, b) => a - b));
        expect(sourceRows(all, 'validation')).toEqual(sourceRows(dataset, 'validation'));
        expect([all.classNames, all.rareClasses]).toEqual([dataset.classNames, dataset.rareClasses]);
        expect(all.fingerprint).not.toBe(dataset.fingerprint);
      }),
      { numRuns: cases(8) },
    );
  });
});

it('are prepared on all of them', async () => {
  const { allRows } = await loadFilesWithSplits({ 't.csv': table(90) }, { split: { validation: 0.4 } });
  const { features, featureCount, featureNames, split } = allRows(dataKnobs({}));
  const at = featureNames.indexOf('row');
  const values = Array.from(split.train, (row) => features[row * featureCount + at] as number);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(1e-6);
});

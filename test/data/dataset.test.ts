import { expect, it } from 'vitest';
import { sharedDataset } from '../../src/data/dataset.js';
import { loadFiles } from './table-folder.js';

it('goes to threads without what only people and models need, and its arrays go uncopied', async () => {
  const values = Array.from({ length: 240 }, (_, row) => `${row % 40},${'ab'[row % 2]}`);
  const dataset = await loadFiles(
    { 't.csv': ['code,class', ...values].join('\n') },
    { categorical: ['code'] },
  );
  const shared = structuredClone(sharedDataset(dataset));
  const { card, preparation, ...rest } = dataset;
  expect(Object.keys(shared).sort()).toEqual(Object.keys(rest).sort());
  expect([card.columns.length, preparation.columns.length]).toEqual([1, 1]);
  dataset.features[0] = 0.5;
  expect(shared.features[0]).toBe(0.5);
});

import { expect, test } from 'vitest';
import { classTable } from '../../../src/views/sections/run-sections.js';

test('a class without rows has no metrics, however many rows are predicted as it', () => {
  const { rows } = classTable(
    [
      { name: 'common', rare: true, support: 8, precision: 1, recall: 0.75, f1: 6 / 7 },
      { name: 'tiny', rare: false, support: 0, precision: 0, recall: 0, f1: 0 },
    ],
    3,
  );
  expect(rows).toEqual([
    ['common', 'rare', 8, '1.000', '0.750', '0.857'],
    ['tiny', '', 0, null, null, null],
  ]);
});

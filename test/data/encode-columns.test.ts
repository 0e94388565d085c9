import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/data/dataset.js';
import { featureColumn, loadFiles, plainCsv, userError } from './table-folder.js';

/** Rows 0–5 train, 6–7 validate, 8–9 test; the class is a or b by turns. */
function fold(columns: string, cells: readonly string[], spec = {}): Promise<Dataset> {
  const parts = [...Array(6).fill('train'), 'val', 'val', 'test', 'Test'];
  const lines = cells.map((cell, i) => `${cell},${i},${parts[i]},${'ab'[i % 2]}`);
  const csv = [`${columns},i,fold,class`, ...lines].join('\n');
  return loadFiles({ 't.csv': csv }, { split: { column: 'fold' }, ...spec });
}

describe('numbers', () => {
  test('are z-scored by mean and population sd of the training rows alone', async () => {
    const dataset = await fold('x', ['2', '4', '4', '4', '5', '5', '1000', '0', '-3', '7']);
    const [mean, sd] = [4, 1];
    expect(featureColumn(dataset, 'x')).toEqual(
      [2, 4, 4, 4, 5, 5, 1000, 0, -3, 7].map((x) => (x - mean) / sd),
    );
    expect(dataset.card.normalization.largestMean).toBeLessThan(1e-6);
    expect(dataset.card.normalization.largestSdDeviation).toBeLessThan(1e-6);
  });

  test('keep their spread far from zero', async () => {
    const base = 1_700_000_000;
    const dataset = await fold(
      'x',
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((x) => String(base + x)),
    );
    const sd = Math.sqrt(35 / 12);
    expect(featureColumn(dataset, 'x')[9]).toBeCloseTo(6.5 / sd, 5);
  });

  test('that are missing become the training median, with an indicator', async () => {
    const dataset = await fold('x', ['1', 'NA', '3', '10', '', '4', 'NaN', '2', '?', '7'], {
      normalize: 'none',
    });
    expect(featureColumn(dataset, 'x')).toEqual([1, 3.5, 3, 10, 3.5, 4, 3.5, 2, 3.5, 7]);
    expect(featureColumn(dataset, 'x is missing')).toEqual([0, 1, 0, 0, 1, 0, 1, 0, 1, 0]);
    expect(dataset.card.columns[0]).toEqual({ name: 'x', kind: 'numeric', missing: 4, features: 2 });
  });

  test('missing outside training alone need no indicator', async () => {
    const dataset = await fold('x', ['1', '2', '3', '4', '5', '6', '', '2', '2', '7'], { normalize: 'none' });
    expect(featureColumn(dataset, 'x')[6]).toBe(3.5);
    expect(dataset.featureNames).toEqual(['x', 'i']);
  });

  test('missing under `missing: error` are refused', async () => {
    const cells = ['1', '2', '3', '4', '', '6', '7', '2', '2', '7'];
    const error = await userError(fold('x', cells, { missing: 'error' }));
    expect(error.where).toMatch(/:6, column "x"$/);
  });

  test('constant over training are dropped and named', async () => {
    const dataset = await fold('x', ['1', '1', '1', '1', '1', '1', '2', '3', '4', '5']);
    expect(dataset.featureNames).toEqual(['i']);
    expect(dataset.card.notes.join()).toContain('constant on the training rows: x');
  });
});

describe('categories', () => {
  const cells = ['tcp', 'udp', 'tcp', 'icmp', 'tcp', 'udp', 'gre', 'tcp', '', 'udp'];
  test('become one indicator each; a value unknown to training is all zeros', async () => {
    const dataset = await fold('p', cells);
    expect(dataset.featureNames).toEqual(['p=icmp', 'p=tcp', 'p=udp', 'i']);
    const row = (at: number) => [...dataset.features.subarray(at * 4, at * 4 + 3)];
    expect([0, 1, 3, 6, 8].map(row)).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  test('share the unknown bucket with missing values where training has some', async () => {
    const dataset = await fold('p', cells.with(0, 'null'));
    expect(featureColumn(dataset, 'p is unknown')).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 1, 0]);
  });

  test('may be numbers by wish', async () => {
    const ports = ['80', '443', '80', '443', '80', '443', '80', '22', '80', '443'];
    const dataset = await fold('port', ports, { categorical: ['port'] });
    expect(dataset.featureNames).toEqual(['port=443', 'port=80', 'i']);
  });

  test('too many are refused with advice', async () => {
    const csv = ['id,x,class', ...Array.from({ length: 300 }, (_, i) => `u${i},${i},${i % 2}`)].join('\n');
    const error = await userError(loadFiles({ 't.csv': csv }));
    expect(error.where).toContain('column "id"');
    expect(error.fix).toContain('drop: [id]');
  });
});

test('nothing that varies is an error', async () => {
  const error = await userError(loadFiles({ 't.csv': plainCsv(30) }, { drop: ['x', 'y'] }));
  expect(error.message).toContain('nothing to learn');
});

test('rows of validation and test that also stand in training are counted', async () => {
  const line = (i: number) => `${i % 5},${i % 3},${'ab'[i % 2]}`;
  const distinct = new Set(Array.from({ length: 30 }, (_, i) => line(i))).size;
  const csv = ['x,y,class', ...Array.from({ length: 300 }, (_, i) => line(i))].join('\n');
  const repeated = await loadFiles({ 't.csv': csv });
  expect(distinct).toBe(30);
  expect(repeated.card.duplicatesAcrossSplits).toBe(120);
  expect((await loadFiles({ 't.csv': plainCsv(300) })).card.duplicatesAcrossSplits).toBe(0);
});

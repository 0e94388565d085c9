import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { locate } from '../../src/spec/locate.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { loadFiles, plainCsv, userError } from './table-folder.js';
import { rows } from './table-of-cells.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-places-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 't.csv'), plainCsv(30));

describe('a mistake in the data section has the line and column of its key', () => {
  test.each([
    ['data.label', '  label: clas', 's.yaml:5:10'],
    ['data.drop', '  drop: [x, z]', 's.yaml:5:13'],
    ['data.features', '  features: [yy]', 's.yaml:5:14'],
    ['data.categorical', '  categorical: [q]', 's.yaml:5:17'],
    ['data.categorical', '  categorical: [class]', 's.yaml:5:17'],
    ['data.split.column', '  split: {column: fold}', 's.yaml:5:19'],
    ['data.split.test', '  split: {test: gone.csv}', 's.yaml:5:17'],
    ['data.split', '  split: {validation: 0.6, test: 0.5}', 's.yaml:5:10'],
    ['data.rare_classes', '  rare_classes: [a, c]', 's.yaml:5:21'],
    ['data.rare_classes', '  rare_classes: {max_support: 2}', 's.yaml:5:17'],
    ['data.min_class_rows', '  min_class_rows: 20', 's.yaml:5:19'],
  ])('%s', async (key, line, where) => {
    const text = `name: t\nparameters: {gamma: {values: [0]}}\ndata:\n  source: t.csv\n${line}\n`;
    const spec = parseSpec(text, 's.yaml');
    const error = await userError(loadDataset(spec.data, folder, (path) => locate(spec, path)));
    expect(error.where).toBe(where);
    expect(error.message.startsWith(`${key}: `)).toBe(true);
    expect(error.fix).toMatch(/\.$/);
  });

  test('data.source, in a list of files', async () => {
    const text = 'name: t\ndata:\n  source:\n    - t.csv\n    - u.csv\n';
    const spec = parseSpec(text, 's.yaml');
    const error = await userError(loadDataset(spec.data, folder, (path) => locate(spec, path)));
    expect(error.where).toBe('s.yaml:5:7');
    expect(error.message).toContain('no file matches "u.csv"');
  });
});

describe('columns that are neither numbers nor categories', () => {
  const lines = rows(200, (i) => `id${i},2024-01-01 00:00:${i},${i},10.0.0.${i},${'ab'[i % 2]}`);
  const csv = ['flow,time,x,source ip,class', ...lines].join('\n');
  test('are all named at once, with what leaves them out', async () => {
    const error = await userError(loadFiles({ 't.csv': csv }));
    expect(error.message).toMatch(/^3 columns are neither numbers nor categories/);
    expect(error.message).toMatch(
      /flow \("id0", .*t\.csv:2\), time \(a time "2024-01-01 00:00:0", .*source ip/,
    );
    expect(error.fix).toContain('`drop: [flow, time, "source ip"]`');
  });

  test('are added to what is dropped already', async () => {
    const error = await userError(loadFiles({ 't.csv': csv }, { drop: ['x'] }));
    expect(error.fix).toContain('`drop: [x, flow, time, "source ip"]`');
    const { featureNames } = await loadFiles({ 't.csv': csv }, { drop: ['flow', 'time', 'source ip'] });
    expect(featureNames).toEqual(['x']);
  });

  test('that `categorical:` makes of numbers are cured by taking them out of it', async () => {
    const one = await userError(loadFiles({ 't.csv': csv }, { features: ['x'], categorical: ['x'] }));
    expect(one.message).toBe('the column has more than 100 different values');
    expect(one.fix).toContain('It has numbers: take x out of `categorical:`.');
    const texts = await userError(loadFiles({ 't.csv': csv }, { features: ['flow'], categorical: ['flow'] }));
    expect(texts.fix).not.toContain('categorical');
    const both = await userError(
      loadFiles({ 't.csv': csv }, { features: ['flow', 'x'], categorical: ['x'] }),
    );
    expect(both.message).toMatch(/^2 columns have too many different values \(over 100\) to be categories/);
    expect(both.fix).toContain('To read x as numbers, take x out of `categorical:`.');
  });

  test('are named as far as they are categories of a short table too', async () => {
    const short = csv.split('\n').slice(0, 61).join('\n');
    const { card } = await loadFiles({ 't.csv': short });
    expect(card.warnings).toHaveLength(1);
    expect(card.warnings?.[0]).toContain('flow (60 different values), time (60 different times), source ip');
  });
});

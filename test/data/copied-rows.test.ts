import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/load-dataset.js';
import { copiedRows } from '../../src/data/prepare/copied-rows.js';
import { planWarnings } from '../../src/plan/warnings.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { loadFiles, plainCsv } from './table-folder.js';

/** The builtin table with `count` validation rows that are training rows of the same class, changed a little. */
async function withCopies(count: number, change: (value: number) => number): Promise<Dataset> {
  const dataset = await loadDataset({ source: 'builtin:malware21', rows: 2000 }, '.');
  const { features, featureCount, labels, split } = dataset;
  const continuous = Array.from({ length: featureCount }, (_, at) => at).filter(
    (at) => new Set(Array.from(labels, (_label, row) => features[row * featureCount + at])).size > 1500,
  );
  for (const row of split.validation.subarray(0, count)) {
    const source = split.train.find((other) => labels[other] === labels[row]) as number;
    features.copyWithin(row * featureCount, source * featureCount, (source + 1) * featureCount);
    for (const at of continuous) {
      features[row * featureCount + at] = change(features[row * featureCount + at] as number);
    }
  }
  return dataset;
}

describe('rows that training has too', () => {
  test('fresh rows of a wide table are no copies', async () => {
    expect(copiedRows(await withCopies(0, (value) => value))).toEqual({ exact: 0, near: 0 });
  });

  test('copies are found, and those that were changed a little', async () => {
    expect(copiedRows(await withCopies(50, (value) => value))).toEqual({ exact: 50, near: 0 });
    expect(copiedRows(await withCopies(50, (value) => value * 1.0005))).toEqual({ exact: 0, near: 50 });
    expect(copiedRows(await withCopies(50, (value) => value + 1))).toEqual({ exact: 0, near: 0 });
  });

  test('few features cannot tell rows apart, so only exact copies count', async () => {
    const { card } = await loadFiles({ 't.csv': plainCsv(300) });
    expect(card.nearDuplicatesAcrossSplits).toBeUndefined();
    expect(card.warnings).toBeUndefined();
  });

  test('every plan says so, and how to keep rows of one source together', async () => {
    const lines = plainCsv(60).trimEnd().split('\n');
    const csv = [...lines, ...lines.slice(1), ...lines.slice(1)].join('\n');
    const dataset = await loadFiles({ 't.csv': csv });
    const spec = parseSpec('name: x\ndata: {source: t.csv}');
    const said = planWarnings(spec, dataset).join('\n');
    expect(said).toMatch(/^\d+ of 72 validation and test rows are also in training: a model that remembers/m);
    expect(said).toContain('split: {group: …}');
    const divided = await loadFiles({ 't.csv': csv }, { split: { group: 'x' }, features: ['y', 'x'] });
    expect(divided.card.warnings).toEqual([
      expect.stringMatching(/^The validation rows are of 12 groups of x/),
    ]);
  });
});

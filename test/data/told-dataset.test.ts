import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { dataReport } from '../../src/analysis/data/data-summary.js';
import { classSupport, type Dataset, sharedDataset } from '../../src/data/dataset.js';
import { toldDataset } from '../../src/data/told-dataset.js';
import { UserError } from '../../src/errors.js';
import { planSweep } from '../../src/plan/plan.js';
import { sweepRecord } from '../../src/run/record/plan-record.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { openStore } from '../../src/store/open-store.js';
import type { ToldLabels } from '../../src/sweep.js';
import { cases } from '../property-cases.js';
import { thrown } from '../thrown.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-told-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = 'python3 train.py';
const TOLD: ToldLabels = {
  classNames: ['benign', 'Emotet', 'Dridex', 'Zbot'],
  validation: Uint16Array.of(0, 1, 0, 2, 0, 3, 3),
  test: Uint16Array.of(1, 0, 2, 3, 3),
};

const labelsOf = (dataset: Dataset, split: 'train' | 'validation' | 'test') =>
  [...dataset.split[split]].map((row) => dataset.labels[row]);

describe('the labels that a program told', () => {
  test('are validation rows and then test rows, with no features and no training rows', () => {
    const dataset = toldDataset(TOLD, PROGRAM);
    expect(dataset).toMatchObject({ rowCount: 12, featureCount: 0, classNames: TOLD.classNames });
    expect(dataset.featureNames).toEqual([]);
    expect(dataset.featureColumns).toEqual([]);
    expect(dataset.features).toEqual(new Float32Array(0));
    expect([...dataset.split.validation, ...dataset.split.test]).toEqual([...dataset.labels.keys()]);
    expect(labelsOf(dataset, 'train')).toEqual([]);
    expect(labelsOf(dataset, 'validation')).toEqual([...TOLD.validation]);
    expect(labelsOf(dataset, 'test')).toEqual([...TOLD.test]);
    expect(dataset.preparation).toEqual({ columns: [], classNames: TOLD.classNames });
  });

  test('all arrays lie in one shared memory', () => {
    const { memory, features, labels, split } = toldDataset(TOLD, PROGRAM);
    for (const array of [features, labels, split.train, split.validation, split.test]) {
      expect(array.buffer).toBe(memory.buffer);
    }
  });

  test('the rarest quarter of the classes that can be measured, at least one, is rare, by validation and test rows', () => {
    // Rows: benign 4, Emotet 2, Dridex 2, Zbot 4; of two with 2 rows, the first by name.
    expect(toldDataset(TOLD, PROGRAM).rareClasses).toEqual([2]);
    const many: ToldLabels = {
      classNames: Array.from({ length: 8 }, (_, cls) => `c${cls}`),
      validation: Uint16Array.of(0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7),
      test: Uint16Array.of(1, 2, 3, 4, 5, 6, 7, 7),
    };
    // c0 has one row, but none for test; so it is a quarter of seven.
    expect(toldDataset(many, PROGRAM).rareClasses).toEqual([1]);
  });

  test('the card says what they are', () => {
    const { card } = toldDataset(TOLD, PROGRAM);
    expect(card).toMatchObject({ source: PROGRAM, normalize: 'none', columns: [] });
    expect(card.notes).toEqual([
      'The program has its own data: the labels of 7 validation rows and 5 test rows are those of its first result, and nothing is known of its training rows.',
    ]);
  });

  test('labels by which no class is in both splits are refused', () => {
    const told = { classNames: ['a', 'b'], validation: Uint16Array.of(0), test: Uint16Array.of(1, 1) };
    const error = thrown(() => toldDataset(told, PROGRAM));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain('no class in both validation and test');
    const none = { classNames: ['a', 'b'], validation: new Uint16Array(0), test: new Uint16Array(0) };
    expect(thrown(() => toldDataset(none, PROGRAM))).toBeInstanceOf(UserError);
  });
});

describe('the fingerprint', () => {
  const fingerprint = (told: ToldLabels | null, program = PROGRAM) => toldDataset(told, program).fingerprint;

  test('is the same for the same labels, whoever told them', () => {
    expect(fingerprint(TOLD, 'Rscript train.R')).toBe(fingerprint({ ...TOLD }));
    expect(fingerprint(null, 'Rscript train.R')).toBe(fingerprint(null));
    expect(fingerprint(TOLD)).toMatch(/^[0-9a-f]{64}$/);
  });

  // By hashlib of Python: JSON of the classes, then of each split `|rows|` and little-endian uint16.
  test('never changes: databases find their results by it', () => {
    expect(fingerprint(TOLD)).toBe('a013518d1424863cc7e1c8d6feeedd143a9a0cb895a974d33721c99118c3e374');
    expect(fingerprint(null)).toBe('f46dc129db60118faa52808d4b9b62df374172926adeb3f411bee2666b522249');
  });

  test('is another one for any other labels, classes or split', () => {
    const labels = fc.array(fc.nat(2), { minLength: 1, maxLength: 6 });
    const told = fc.record({
      classNames: fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 3 }),
      validation: labels,
      test: labels,
    });
    const idOf = ({
      validation,
      test: tested,
      classNames,
    }: {
      validation: number[];
      test: number[];
      classNames: string[];
    }) =>
      fingerprint({
        classNames,
        validation: Uint16Array.of(0, ...validation),
        test: Uint16Array.of(0, ...tested),
      });
    fc.assert(
      fc.property(told, told, (one, other) => {
        expect(idOf(one) === idOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: cases(200) },
    );
  });
});

describe('a program that tells metrics alone', () => {
  test('has no rows and no classes, and the card says what reports cannot say', () => {
    const dataset = toldDataset(null, PROGRAM);
    expect(dataset).toMatchObject({ rowCount: 0, featureCount: 0, classNames: [], rareClasses: [] });
    expect([
      ...dataset.labels,
      ...dataset.split.train,
      ...dataset.split.validation,
      ...dataset.split.test,
    ]).toEqual([]);
    expect(dataset.card.notes).toEqual([
      'The program tells metrics alone, so intervals come from seeds, and there are no classes, no confusions and no confirmation by rows.',
    ]);
  });
});

const SPEC = 'name: told\nparameters: {gamma: {values: [0, 2]}}\nseeds: 3\ndata: {source: t.csv}\n';

describe.each([
  ['told labels', TOLD],
  ['metrics alone', null],
])('%s', (name, told) => {
  const dataset = toldDataset(told, PROGRAM);

  test('reach a thread as they are', async () => {
    const echo = `const { parentPort, workerData: { labels, features, split, classNames } } = require('node:worker_threads');
      parentPort.postMessage({ labels, features, split, classNames });`;
    const { labels, features, split, classNames } = dataset;
    const worker = new Worker(echo, { eval: true, workerData: sharedDataset(dataset) });
    const [message] = await once(worker, 'message');
    await worker.terminate();
    expect(message).toEqual({ labels, features, split, classNames });
  });

  test.each(['memory', 'sqlite'])('are recorded with a plan and read back, in %s', async (kind) => {
    const spec = parseSpec(SPEC);
    const record = sweepRecord(planSweep(spec, dataset, 'command@1'), dataset);
    const store = openStore(kind === 'memory' ? `memory:told ${name}` : join(folder, `${name}.db`));
    const writer = await store.writer();
    await writer.open(record);
    await writer.open(record);
    const reader = await store.reader();
    const { dataset: read } = await reader.sweep('told');
    await reader.close();
    await writer.close();
    expect(read).toEqual(record.dataset);
  });

  test('have a plan without warnings of training rows, and a summary without NaN', () => {
    const { warnings } = planSweep(parseSpec(SPEC), dataset, 'command@1');
    expect(warnings.join('\n')).not.toMatch(/NaN|training rows/);
    const { duplicateShare, detectableDifference, rows } = dataReport(dataset);
    expect({ duplicateShare, train: rows.train }).toEqual({ duplicateShare: 0, train: 0 });
    expect(detectableDifference).toBeGreaterThan(0);
  });
});

test('two classes that a program told are no needle in a haystack of training rows', () => {
  const two = { classNames: ['a', 'b'], validation: Uint16Array.of(0, 1), test: Uint16Array.of(0, 1) };
  const dataset = toldDataset(two, PROGRAM);
  expect([...classSupport(dataset, 'validation')]).toEqual([1, 1]);
  const { warnings } = planSweep(parseSpec(SPEC), dataset, 'command@1');
  expect(warnings.join('\n')).not.toMatch(/NaN|training rows/);
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/metric.js';
import { openStore } from '../../src/store/open-store.js';
import type { SweepReader } from '../../src/store/store.js';
import { exportTables } from '../../src/tables/export-tables.js';
import { createTableFile } from '../../src/tables/table-file.js';
import { finished, sampleDataset, sampleSweep, sampleTrial } from '../store/sample-sweep.js';
import { recordedStore } from './recorded-store.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-tables-'));
const ofFile = join(folder, 'file');
const ofMemory = join(folder, 'memory');
let reader: SweepReader;

type CsvRow = Readonly<Record<string, string>>;

function csv(name: string, at = ofFile): readonly CsvRow[] {
  return parse(readFileSync(join(at, `${name}.csv`)), { columns: true });
}

beforeAll(async () => {
  reader = await recordedStore(join(folder, 'recorded.db'));
  const inMemory = await recordedStore('memory:tables');
  for (const [source, to] of [
    [reader, ofFile],
    [inMemory, ofMemory],
  ] as const) {
    mkdirSync(to);
    for (const format of ['csv', 'parquet'] as const) {
      const request = { sweeps: ['sample', 'programs'], folder: to, format, predictions: true };
      expect(await exportTables(source, request)).toEqual({ runs: 18 });
    }
  }
});
afterAll(async () => {
  await reader.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A number as it was before it was written; the empty text for none. */
const numberOf = (text: string | undefined) =>
  text === '' || text === undefined ? Number.NaN : Number(text);

test('there is a row per run, in the order of the plan, whatever its state', () => {
  const rows = csv('runs').map(({ sweep, run, seed, state, position }) => [
    sweep,
    run,
    seed,
    state,
    position,
  ]);
  expect(rows.slice(0, 15)).toEqual([
    ['sample', 'aa-1', '1', 'complete', '0'],
    ['sample', 'aa-2', '2', 'complete', '0'],
    ['sample', 'bb-1', '1', 'complete', '1'],
    ['sample', 'bb-2', '2', 'complete', '1'],
    ['sample', 'cc-1', '1', 'waiting', '2'],
    ['sample', 'cc-2', '2', 'complete', '2'],
    ['sample', 'dd-1', '1', 'failed', '3'],
    ['sample', 'dd-2', '2', 'pruned', '3'],
    ['sample', 'ee-1', '1', 'running', '4'],
    ['sample', 'ee-2', '2', 'waiting', '4'],
    ['sample', 'ff-1', '1', 'pruned', '5'],
    ['sample', 'ff-2', '2', 'complete', '5'],
    ['sample', 'gg-1', '1', 'complete', '6'],
    ['sample', 'gg-2', '2', 'complete', '6'],
    ['programs', 'own-0', '1', 'complete', '0'],
  ]);
});

test('knobs and parameters are columns, and what a run failed of is kept to the letter', () => {
  const byRun = new Map(csv('runs').map((row) => [row.run, row]));
  expect(byRun.get('cc-2')).toMatchObject({
    alpha: '{"effective_number":0.999}',
    hidden: '[8]',
    space: 'small',
    gamma: '2',
    engine: 'tfjs/wasm@1',
    attempts: '1',
    duration_ms: '1250',
    embedding: '',
  });
  expect(byRun.get('aa-1')).toMatchObject({ added_baseline: '1', space: '', error: '' });
  expect(byRun.get('dd-1')?.error).toBe('no memory,\n"at" all');
  expect(byRun.get('cc-1')).toMatchObject({ validation_macro_f1: '', started_at_ms: '', stopped_by: '' });
  expect(byRun.get('own-0')).toMatchObject({
    model: 'command',
    embedding: '32',
    gamma: '0',
    learning_rate: '',
  });
});

test('numbers have the bits that the reader has, and NaN is empty', async () => {
  const byRun = new Map(csv('runs').map((row) => [row.run, row]));
  const runs = await reader.recordedRuns('sample', { skip: 0, take: 100 });
  const done = runs.flatMap(({ runId, result }) => (result === null ? [] : [{ runId, result }]));
  expect(done).toHaveLength(8);
  for (const { runId, result } of done) {
    for (const split of ['validation', 'test'] as const) {
      const row = byRun.get(runId);
      expect(METRIC_NAMES.map((name) => numberOf(row?.[`${split}_${name}`]))).toEqual(
        METRIC_NAMES.map((name) => result[split].metrics[name]),
      );
      expect(numberOf(row?.[`${split}_loss`])).toBe(result[split].loss);
    }
  }
  expect(byRun.get('aa-1')?.validation_macro_f1).toBe('0.30000000000000004');
  expect(byRun.get('gg-1')).toMatchObject({ validation_macro_f1: '', validation_log_loss: 'Infinity' });
  expect(numberOf(byRun.get('aa-1')?.validation_expected_cost)).toBe(7 / 70_005);
});

test('epochs, classes and predictions are those of the reader', async () => {
  const epochs = csv('epochs').filter(({ run }) => run === 'bb-1');
  expect(epochs.map((row) => [row.epoch, numberOf(row.train_loss), numberOf(row.macro_f1)])).toEqual(
    (await reader.epochs('bb-1')).map(({ epoch, trainLoss, validation }) => [
      String(epoch),
      trainLoss,
      validation.macro_f1,
    ]),
  );
  expect(csv('epochs').filter(({ run }) => run === 'ee-1')).toHaveLength(1);
  const classes = csv('classes').filter(({ run, split }) => run === 'bb-1' && split === 'test');
  expect(
    classes.map((row) => [row.class, row.support, row.is_rare, numberOf(row.recall), numberOf(row.roc_auc)]),
  ).toEqual([
    ['benign', '3', '0', 0.7 - 0.05, Number.NaN],
    ['Emotet', '2', '0', (0.7 - 0.05) / 2, (0.7 - 0.05) / 2],
    ['Dridex', '1', '1', (0.7 - 0.05) / 3, Number.NaN],
  ]);
  const predictions = csv('predictions').filter(({ run }) => run === 'bb-1');
  const labels = sampleDataset().classNames;
  expect(predictions.map((row) => [row.split, row.row, row.true_class, row.predicted_class])).toEqual([
    ...[0, 1, 0, 2, 1, 0].map((label, at) => [
      'validation',
      String(at),
      labels[label],
      // The sample predicts a class that does not exist.
      ['benign', 'Emotet', 'benign', 'Dridex', 'Emotet', ''][at],
    ]),
    ...[2, 1, 0].map((label, at) => ['test', String(at), labels[label], ['Dridex', 'Emotet', 'Emotet'][at]]),
  ]);
});

test.each(['runs', 'epochs', 'classes', 'predictions'])('%s are the same in Parquet', async (name) => {
  const bytes = readFileSync(join(ofFile, `${name}.parquet`));
  const rows = await parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    compressors,
  });
  const texts = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value ?? '')])),
  );
  expect(texts.length).toBeGreaterThan(10);
  expect(texts).toEqual(csv(name));
});

test.each(['runs', 'epochs', 'classes', 'predictions'])('%s of a store in memory are the same', (name) => {
  const untimed = (rows: readonly CsvRow[]) => rows.map(({ started_at_ms, ended_at_ms, ...row }) => row);
  expect(untimed(csv(name, ofMemory))).toEqual(untimed(csv(name)));
});

test('a row of a seed with a split of its own is the row of all that may be validated on', async () => {
  const dataset = {
    ...sampleDataset('d'.repeat(64)),
    validationLabels: Uint16Array.of(0, 1, 0, 2, 1, 0, 2, 2, 1, 0),
    validationRows: new Map([[1, Uint32Array.of(1, 2, 4, 6, 7, 9)]]),
  };
  const store = openStore('memory:seed-splits');
  const writer = await store.writer();
  await writer.open(sampleSweep({ dataset, trials: [sampleTrial('aa', {})], seeds: [1] }));
  await writer.record(finished({ 'aa-1': 0.5 }));
  const to = join(folder, 'splits');
  mkdirSync(to);
  await exportTables(await store.reader(), {
    sweeps: ['sample'],
    folder: to,
    format: 'csv',
    predictions: true,
  });
  const rows = csv('predictions', to).filter(({ split }) => split === 'validation');
  expect(rows.map(({ row, true_class }) => [row, true_class])).toEqual([
    ['1', 'Emotet'],
    ['2', 'benign'],
    ['4', 'Emotet'],
    ['6', 'Dridex'],
    ['7', 'Dridex'],
    ['9', 'benign'],
  ]);
});

describe('a table file', () => {
  test('has its name only when it is whole', async () => {
    const to = join(folder, 'whole');
    mkdirSync(to);
    const file = await createTableFile(join(to, 'a.csv'), 'csv', [{ name: 'x', type: 'real' }]);
    await file.write([1 / 3]);
    expect(readdirSync(to)).toEqual(['a.csv.unfinished']);
    await file.finish();
    file.abandon();
    expect(readFileSync(join(to, 'a.csv'), 'utf8')).toBe('x\n0.3333333333333333\n');
    const other = await createTableFile(join(to, 'b.csv'), 'csv', [{ name: 'x', type: 'real' }]);
    other.abandon();
    expect(readdirSync(to)).toEqual(['a.csv']);
  });
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Database } from '../../src/store/sqlite-driver.js';
import { openKeeper, openReader, openWriter } from '../../src/store/sqlite-store.js';
import { complete, failed, finished, sampleResult, sampleSweep, started } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

test('a held sweep is refused to a second writer, and another sweep is not', () => {
  const path = join(folder, 'held.db');
  const first = openWriter(path);
  first.open(sampleSweep());
  const second = openWriter(path);
  expect(() => second.open(sampleSweep())).toThrow(/is being trained by process \d+ on .*since/);
  second.open(sampleSweep({ name: 'other' }));
  first.close();
  second.open(sampleSweep());
  second.close();
});

test('a holder without a sign of life is taken over, and its late writes are refused', () => {
  const path = join(folder, 'stale.db');
  const first = openWriter(path);
  first.open(sampleSweep());
  const raw = new Database(path);
  raw.exec('UPDATE holders SET alive_at_ms = alive_at_ms - 60000');
  raw.close();
  const second = openWriter(path);
  second.open(sampleSweep());
  expect(() => first.record([complete(sampleResult('aa-1', 0.5))])).toThrow(/was taken over by process/);
  expect(() => first.beat()).toThrow(/was taken over/);
  first.close();
  second.record(finished({ 'aa-2': 0.5 }));
  expect(second.beat()).toBe('go on');
  second.close();
  const reader = openReader(path);
  expect(reader.runs('sample').map(({ runId }) => runId)).toEqual(['aa-2']);
  reader.close();
});

test('a holder hears that it is to stop; failed runs wait again when they are set back', () => {
  const path = join(folder, 'stop.db');
  const writer = openWriter(path);
  writer.open(sampleSweep());
  const keeper = openKeeper(path);
  expect(keeper.holder('sample')?.pid).toBe(process.pid);
  keeper.requestStop('sample');
  expect(writer.beat()).toBe('stop');
  writer.record([started('aa-1'), failed('aa-1', 'no memory')]);
  expect(writer.failures('sample')).toEqual(new Map([['aa-1', 1]]));
  writer.close();
  expect(keeper.holder('sample')).toBeUndefined();
  expect(keeper.retryFailed('sample')).toBe(1);
  expect(keeper.unfinishedRuns().size).toBe(8);
  keeper.close();
});

test('a figure that changed on disk is refused, and repaired by taking the result out', () => {
  const path = join(folder, 'changed.db');
  const writer = openWriter(path);
  writer.open(sampleSweep());
  writer.record(finished({ 'aa-1': 0.5, 'aa-2': 0.6 }));
  writer.close();
  const raw = new Database(path);
  raw.exec("UPDATE split_metrics SET macro_f1 = 0.9 WHERE run_id = 'aa-1' AND split = 'validation'");
  raw.close();
  const reader = openReader(path);
  expect(() => reader.runs('sample')).toThrow(/damaged: run aa-1 is not as it was written/);
  reader.close();
  const keeper = openKeeper(path);
  expect(keeper.check({ repair: false }).problems).toEqual([
    { what: 'the result of run aa-1 is not as it was written', repaired: false },
  ]);
  keeper.check({ repair: true });
  expect(keeper.check({ repair: false })).toEqual({ results: 1, problems: [] });
  keeper.close();
  const repaired = openReader(path);
  expect(repaired.runs('sample').map(({ runId }) => runId)).toEqual(['aa-2']);
  repaired.close();
});

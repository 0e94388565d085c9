import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openKeeper, openReader, openWriter } from '../../src/store/sqlite/sqlite-store.js';
import { fateOf, ownIdentity } from '../../src/store/sqlite/write/process-identity.js';
import { changeRaw, pretendHolderIsGone } from './raw-changes.js';
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

test.each(['- 3600000', '+ 3600000'])(
  'a living holder keeps its sweep when the clock goes wrong: %s ms',
  (shift) => {
    const path = join(folder, `clock${shift.slice(0, 1)}.db`);
    const first = openWriter(path);
    first.open(sampleSweep());
    changeRaw(path, `UPDATE holders SET since_ms = since_ms ${shift}, alive_at_ms = alive_at_ms ${shift}`);
    const second = openWriter(path);
    expect(() => second.open(sampleSweep())).toThrow(/is being trained by process/);
    second.close();
    first.record(finished({ 'aa-1': 0.5 }));
    expect(first.beat()).toBe('go on');
    first.close();
  },
);

test('a process is known by its place, its id and its start, whatever the clock says', () => {
  const own = ownIdentity();
  const [ticks, boot, namespace] = own.processStart.split('@');
  const elsewhere = { ...own, host: 'elsewhere' };
  const gone = 2 ** 30;
  expect(fateOf({ ...own, pid: gone })).toBe('gone');
  expect(fateOf({ ...own, pid: gone, processStart: '' })).toBe('gone');
  expect(fateOf({ ...own, processStart: '' })).toBe('unseen');
  expect(fateOf({ ...elsewhere, processStart: '' })).toBe('unseen');
  if (process.platform !== 'linux') return;
  expect(fateOf(own)).toBe('living');
  expect(fateOf(elsewhere)).toBe('living');
  expect(fateOf({ ...own, processStart: `${ticks}` })).toBe('living');
  expect(fateOf({ ...elsewhere, processStart: `${ticks}` })).toBe('unseen');
  expect(fateOf({ ...own, processStart: `1@${boot}@${namespace}` })).toBe('gone');
  expect(fateOf({ ...own, processStart: `${ticks}@${boot}@pid:[1]` })).toBe('unseen');
  expect(fateOf({ ...own, processStart: `${ticks}@another-boot@${namespace}` })).toBe('gone');
  expect(fateOf({ ...elsewhere, processStart: `${ticks}@another-boot@${namespace}` })).toBe('unseen');
});

test('a holder that is gone is taken over, and what it writes later is refused', () => {
  const path = join(folder, 'stale.db');
  const first = openWriter(path);
  first.open(sampleSweep());
  pretendHolderIsGone(path);
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
  changeRaw(path, "UPDATE split_metrics SET macro_f1 = 0.9 WHERE run_id = 'aa-1' AND split = 'validation'");
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

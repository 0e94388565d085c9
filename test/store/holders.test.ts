import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.js';
import { fateOf, ownIdentity } from '../../src/store/sql/hold/process-identity.js';
import { changeRaw, pretendHolderIsGone } from './raw-changes.js';
import { complete, failed, finished, sampleResult, sampleSweep, started } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

test('a held sweep is refused to a second writer, and another sweep is not', async () => {
  const path = join(folder, 'held.db');
  const first = await openStore(path).writer();
  await first.open(sampleSweep());
  const second = await openStore(path).writer();
  await expect(second.open(sampleSweep())).rejects.toThrow(/is being trained by process \d+ on .*since/);
  await second.open(sampleSweep({ name: 'other' }));
  await first.close();
  await second.open(sampleSweep());
  await second.close();
});

test.each(['- 3600000', '+ 3600000'])(
  'a living holder keeps its sweep when the clock goes wrong: %s ms',
  async (shift) => {
    const path = join(folder, `clock${shift.slice(0, 1)}.db`);
    const first = await openStore(path).writer();
    await first.open(sampleSweep());
    changeRaw(path, `UPDATE holders SET since_ms = since_ms ${shift}, alive_at_ms = alive_at_ms ${shift}`);
    const second = await openStore(path).writer();
    await expect(second.open(sampleSweep())).rejects.toThrow(/is being trained by process/);
    await second.close();
    await first.record(finished({ 'aa-1': 0.5 }));
    expect(await first.beat()).toBe('go on');
    await first.close();
  },
);

test('a process is known by its place, its id and its start, whatever the clock says', async () => {
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

test('a holder that is gone is taken over, and what it writes later is refused', async () => {
  const path = join(folder, 'stale.db');
  const first = await openStore(path).writer();
  await first.open(sampleSweep());
  pretendHolderIsGone(path);
  const second = await openStore(path).writer();
  await second.open(sampleSweep());
  await expect(first.record([complete(sampleResult('aa-1', 0.5))])).rejects.toThrow(
    /was taken over by process/,
  );
  await expect(first.beat()).rejects.toThrow(/was taken over/);
  await first.close();
  await second.record(finished({ 'aa-2': 0.5 }));
  expect(await second.beat()).toBe('go on');
  await second.close();
  const reader = await openStore(path).reader();
  expect((await reader.runs('sample')).map(({ runId }) => runId)).toEqual(['aa-2']);
  await reader.close();
});

test('a holder hears that it is to stop; failed runs wait again when they are set back', async () => {
  const path = join(folder, 'stop.db');
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep());
  const keeper = await openStore(path).keeper();
  expect((await keeper.holder('sample'))?.pid).toBe(process.pid);
  await keeper.requestStop('sample');
  expect(await writer.beat()).toBe('stop');
  await writer.record([started('aa-1'), failed('aa-1', 'no memory')]);
  expect(await writer.failures('sample')).toEqual(new Map([['aa-1', 1]]));
  await writer.close();
  expect(await keeper.holder('sample')).toBeUndefined();
  expect(await keeper.retryFailed('sample')).toBe(1);
  expect((await keeper.unfinishedRuns()).size).toBe(8);
  await keeper.close();
});

test('a figure that changed on disk is refused, and repaired by taking the result out', async () => {
  const path = join(folder, 'changed.db');
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep());
  await writer.record(finished({ 'aa-1': 0.5, 'aa-2': 0.6 }));
  await writer.close();
  changeRaw(path, "UPDATE split_metrics SET macro_f1 = 0.9 WHERE run_id = 'aa-1' AND split = 'validation'");
  const reader = await openStore(path).reader();
  await expect(reader.runs('sample')).rejects.toThrow(/damaged: run aa-1 is corrupt/);
  await reader.close();
  const keeper = await openStore(path).keeper();
  expect((await keeper.check({ repair: false })).problems).toEqual([
    { what: 'the result of run aa-1 does not match its checksum', repaired: false },
  ]);
  await keeper.check({ repair: true });
  expect(await keeper.check({ repair: false })).toEqual({ results: 1, problems: [] });
  await keeper.close();
  const repaired = await openStore(path).reader();
  expect((await repaired.runs('sample')).map(({ runId }) => runId)).toEqual(['aa-2']);
  await repaired.close();
});

import { describe, expect, test } from 'vitest';
import type { Store, SweepRecord } from '../../src/store/store.js';
import { rejection } from '../thrown.js';
import {
  complete,
  failed,
  finished,
  sampleDataset,
  sampleResult,
  sampleSweep,
  sampleTrial,
  started,
} from './sample-sweep.js';

/** A store of its own, and how the keeper of another one names it. */
export interface CaredForStore extends Store {
  readonly place: string;
}

const AA = sampleTrial('aa', { gamma: 0 }, true);
const BB = sampleTrial('bb', { gamma: 1 });
const CC = sampleTrial('cc', { gamma: 2 });

async function launched(store: Store, record: SweepRecord, levels: Readonly<Record<string, number>> = {}) {
  const writer = await store.writer();
  await writer.open(record);
  await writer.record(finished(levels, record.name));
  await writer.close();
}

/** What a reader sees of a store: the fingerprint of each of its sweeps. */
async function fingerprints(store: Store): Promise<Readonly<Record<string, string>>> {
  const reader = await store.reader();
  const names = (await reader.sweeps()).map(({ name }) => name).toSorted();
  const pairs = [];
  for (const name of names) pairs.push([name, await reader.fingerprint(name)]);
  await reader.close();
  return Object.fromEntries(pairs);
}

async function caring<T>(store: Store, work: (keeper: Awaited<ReturnType<Store['keeper']>>) => Promise<T>) {
  const keeper = await store.keeper();
  try {
    return await work(keeper);
  } finally {
    await keeper.close();
  }
}

/** Launches are ordered by the clock, in milliseconds. */
async function laterThan(time: number): Promise<void> {
  while (Date.now() <= time) await new Promise(setImmediate);
}

const problemsOf = async (store: Store) =>
  (await caring(store, (keeper) => keeper.check({ repair: false }))).problems;

/** What every store does with sweeps that are not in training: delete, rename, merge. */
export function describeCareContract(name: string, create: () => CaredForStore): void {
  describe(`${name}: care of sweeps`, () => {
    test('a deleted sweep takes with it what no other sweep has', async () => {
      const store = create();
      await launched(store, sampleSweep({ name: 'one', trials: [AA, BB] }), { 'aa-1': 0.5, 'bb-1': 0.7 });
      await launched(store, sampleSweep({ name: 'two', trials: [BB, CC] }), { 'cc-1': 0.6 });
      const { two } = await fingerprints(store);
      const loss = { runs: ['aa-1', 'aa-2'], results: 1, trainingMs: 1250, shared: 2 };
      expect(await caring(store, (keeper) => keeper.lossOf('one'))).toEqual(loss);
      expect(await caring(store, (keeper) => keeper.deleteSweep('one'))).toEqual(loss);
      expect(await fingerprints(store)).toEqual({ two });
      expect(await problemsOf(store)).toEqual([]);
      const reader = await store.reader();
      expect((await reader.runs('two')).map(({ runId }) => runId)).toEqual(['bb-1', 'cc-1']);
      expect([await reader.find('aa-1'), await reader.find('aa-trial')]).toEqual([null, null]);
      await expect(reader.sweep('one')).rejects.toThrow('there is no sweep "one"');
      await reader.close();
      expect(await caring(store, (keeper) => keeper.unfinishedRuns())).toEqual(new Set(['bb-2', 'cc-2']));
    });

    test('what a deleted sweep leaves empty is given back, and nothing else changes', async () => {
      const store = create();
      await launched(store, sampleSweep({ name: 'one', trials: [AA, BB] }), { 'aa-1': 0.5, 'bb-1': 0.7 });
      await launched(store, sampleSweep({ name: 'two', trials: [BB, CC] }), { 'cc-1': 0.6 });
      const { two } = await fingerprints(store);
      await caring(store, (keeper) => keeper.deleteSweep('one'));
      await caring(store, (keeper) => keeper.compact());
      expect(await caring(store, (keeper) => keeper.unusedBytes())).toBe(0);
      expect(await fingerprints(store)).toEqual({ two });
      expect(await problemsOf(store)).toEqual([]);
    });

    test('the last sweep of a dataset can be launched with other data afterwards', async () => {
      const store = create();
      await launched(store, sampleSweep(), { 'aa-1': 0.5 });
      await caring(store, (keeper) => keeper.deleteSweep('sample'));
      const dataset = sampleDataset('e'.repeat(64));
      await launched(store, sampleSweep({ dataset, trials: [sampleTrial('ee', { gamma: 4 })] }));
      expect(Object.keys(await fingerprints(store))).toEqual(['sample']);
      expect(await problemsOf(store)).toEqual([]);
    });

    test('runs of earlier launches go, too, unless another sweep has them', async () => {
      const store = create();
      await launched(store, sampleSweep({ trials: [AA, BB, CC], seeds: [1] }), { 'aa-1': 0.5, 'bb-1': 0.7 });
      await launched(store, sampleSweep({ trials: [CC], seeds: [1] }));
      await launched(store, sampleSweep({ name: 'other', trials: [BB], seeds: [1] }));
      const { runs } = await caring(store, (keeper) => keeper.deleteSweep('sample'));
      expect(runs).toEqual(['aa-1', 'cc-1']);
      expect(await problemsOf(store)).toEqual([]);
    });

    test('a run that a dead launch left in training is not stuck in another sweep', async () => {
      const store = create();
      const writer = await store.writer();
      await writer.open(sampleSweep({ name: 'one', trials: [AA], seeds: [1] }));
      await writer.record([started('aa-1', 'one')]);
      await writer.close();
      await launched(store, sampleSweep({ name: 'two', trials: [AA], seeds: [1] }));
      await caring(store, (keeper) => keeper.deleteSweep('one'));
      const reader = await store.reader();
      expect(await reader.run('aa-1')).toMatchObject({ state: 'interrupted', sweeps: ['two'] });
      await reader.close();
      expect(await problemsOf(store)).toEqual([]);
    });

    test('what a shared run costs by the deleted sweep goes with it', async () => {
      const store = create();
      const costs = [
        [0, 1, 1],
        [7, 0, 1],
        [1, 1, 0],
      ];
      await launched(store, sampleSweep({ name: 'dear', trials: [AA], costs }), { 'aa-1': 0.5 });
      await launched(store, sampleSweep({ name: 'free', trials: [AA] }));
      await caring(store, (keeper) => keeper.deleteSweep('dear'));
      const reader = await store.reader();
      expect((await reader.run('aa-1')).result?.validation.metrics.expected_cost).toBeNaN();
      await reader.close();
      expect(await problemsOf(store)).toEqual([]);
    });

    test('while a writer holds a sweep, nothing of this is done to it', async () => {
      const [store, other] = [create(), create()];
      const writer = await store.writer();
      await writer.open(sampleSweep());
      await launched(other, sampleSweep());
      const before = await fingerprints(store);
      for (const work of [
        () => caring(store, (keeper) => keeper.deleteSweep('sample')),
        () => caring(store, (keeper) => keeper.renameSweep({ sweep: 'sample', to: 'new' })),
        () => caring(store, (keeper) => keeper.merge({ from: other.place })),
      ]) {
        await expect(work()).rejects.toThrow('the sweep "sample" is being trained by process');
      }
      expect(await fingerprints(store)).toEqual(before);
      await writer.close();
    });

    test('a writer that slept through a delete does not write into a new sweep of the name', async () => {
      const store = create();
      const first = await store.writer();
      await first.open(sampleSweep());
      await first.close();
      await caring(store, (keeper) => keeper.deleteSweep('sample'));
      const asleep = await store.writer();
      await asleep.open(sampleSweep());
      const joined = await store.writer();
      await joined.join('sample');
      await asleep.close();
      await caring(store, (keeper) => keeper.deleteSweep('sample'));
      const awake = await store.writer();
      await awake.open(sampleSweep());
      await expect(joined.beat()).rejects.toThrow('was taken over');
      await joined.close();
      await awake.close();
    });

    test('a renamed sweep has everything under its new name', async () => {
      const store = create();
      const costs = [
        [0, 1, 1],
        [7, 0, 1],
        [1, 1, 0],
      ];
      await launched(store, sampleSweep({ name: 'old', costs }), { 'aa-1': 0.5, 'bb-1': 0.7, 'bb-2': 0.6 });
      await launched(store, sampleSweep({ name: 'other', trials: [BB] }));
      await caring(store, (keeper) =>
        keeper.recordChoices({
          sweep: 'old',
          results: 3,
          choices: [{ aim: 'overall', trialId: 'bb-trial' }],
        }),
      );
      const { old, other } = await fingerprints(store);
      const view = async (sweep: string) => {
        const reader = await store.reader();
        const { name: _, specText, ...detail } = await reader.sweep(sweep);
        const read = [
          detail,
          await reader.trials(sweep),
          await reader.runs(sweep),
          await reader.attempts(sweep),
          await reader.query({ sweep, columns: ['run', 'expected_cost', 'chosen_for'] }),
        ];
        await reader.close();
        return { specText, read };
      };
      const before = await view('old');
      await caring(store, (keeper) =>
        keeper.renameSweep({ sweep: 'old', to: 'ä new name', specText: 'name: ä new name\n' }),
      );
      expect(await view('ä new name')).toEqual({ ...before, specText: 'name: ä new name\n' });
      expect(await fingerprints(store)).toEqual({ 'ä new name': old, other });
      expect(await problemsOf(store)).toEqual([]);
      const gone = await rejection(() =>
        caring(store, (keeper) => keeper.renameSweep({ sweep: 'old', to: 'x' })),
      );
      expect(gone).toMatchObject({ message: expect.stringContaining('there is no sweep "old"') });
      await expect(
        caring(store, (keeper) => keeper.renameSweep({ sweep: 'other', to: 'ä new name' })),
      ).rejects.toThrow('there is already a sweep "ä new name"');
    });

    test('a merged sweep is the same as where it came from, and a second time changes nothing', async () => {
      const [store, source] = [create(), create()];
      await launched(store, sampleSweep({ name: 'mine', trials: [AA] }), { 'aa-1': 0.5 });
      await launched(source, sampleSweep({ name: 'theirs' }), { 'aa-1': 0.5, 'bb-1': 0.7 });
      const [mine, theirs] = [await fingerprints(store), await fingerprints(source)];
      expect(await caring(store, (keeper) => keeper.merge({ from: source.place }))).toEqual([
        { sweep: 'theirs', outcome: 'added', plan: 'theirs', trials: 4, runs: 8, results: 1 },
      ]);
      expect(await fingerprints(store)).toEqual({ ...mine, ...theirs });
      expect(await problemsOf(store)).toEqual([]);
      expect(await caring(store, (keeper) => keeper.merge({ from: source.place }))).toEqual([
        { sweep: 'theirs', outcome: 'unchanged', plan: 'ours', trials: 0, runs: 0, results: 0 },
      ]);
      expect(await fingerprints(store)).toEqual({ ...mine, ...theirs });
      expect(await fingerprints(source)).toEqual(theirs);
      const reader = await store.reader();
      const [attempt] = await reader.attempts('theirs');
      expect([attempt?.runId, (await reader.attempts('theirs')).length]).toEqual(['aa-1', 2]);
      await reader.close();
    });

    test('only the named sweeps are merged', async () => {
      const [store, source] = [create(), create()];
      await launched(store, sampleSweep({ name: 'mine', trials: [AA] }));
      await launched(source, sampleSweep({ name: 'one', trials: [AA] }));
      await launched(source, sampleSweep({ name: 'two', trials: [BB] }));
      await caring(store, (keeper) => keeper.merge({ from: source.place, sweeps: ['two'] }));
      expect(Object.keys(await fingerprints(store))).toEqual(['mine', 'two']);
      await expect(
        caring(store, (keeper) => keeper.merge({ from: source.place, sweeps: ['three'] })),
      ).rejects.toThrow('there is no sweep "three"');
    });

    test('sweeps of one name are united: trials and runs of both, in the order of the later launch', async () => {
      const [store, source] = [create(), create()];
      await launched(store, sampleSweep({ trials: [AA, BB], seeds: [1] }), { 'aa-1': 0.5 });
      await laterThan(Date.now());
      const later = sampleSweep({ trials: [CC, BB], seeds: [1, 2], specText: 'name: sample # later\n' });
      await launched(source, later, { 'bb-1': 0.7, 'cc-2': 0.6 });
      const merged = await caring(store, (keeper) => keeper.merge({ from: source.place }));
      expect(merged).toEqual([
        { sweep: 'sample', outcome: 'united', plan: 'theirs', trials: 1, runs: 3, results: 2 },
      ]);
      const reader = await store.reader();
      expect((await reader.trials('sample')).map(({ trialId, position }) => [trialId, position])).toEqual([
        ['cc-trial', 0],
        ['bb-trial', 1],
        ['aa-trial', 2],
      ]);
      expect((await reader.runs('sample')).map(({ runId }) => runId)).toEqual(['cc-2', 'bb-1', 'aa-1']);
      expect(await reader.sweep('sample')).toMatchObject({ specText: later.specText, runs: 5, complete: 3 });
      await reader.close();
      const united = await fingerprints(store);
      expect(await problemsOf(store)).toEqual([]);
      // The other way round, our plan is the later one, and the results are the same.
      expect(await caring(source, (keeper) => keeper.merge({ from: store.place }))).toMatchObject([
        { outcome: 'united', plan: 'ours', trials: 1, runs: 1, results: 1 },
      ]);
      expect(await fingerprints(source)).toEqual(united);
    });

    test('a run that only one of them has begun is as there, and one in training was interrupted', async () => {
      const [store, source] = [create(), create()];
      await launched(store, sampleSweep({ trials: [AA], seeds: [1, 2, 3] }));
      const writer = await source.writer();
      await writer.open(sampleSweep({ trials: [AA], seeds: [1, 2, 3] }));
      await writer.record([started('aa-1'), started('aa-2'), failed('aa-2', 'no memory')]);
      await caring(store, (keeper) => keeper.merge({ from: source.place }));
      await writer.close();
      const reader = await store.reader();
      const { rows } = await reader.query({ sweep: 'sample', columns: ['run', 'state', 'error'] });
      expect(rows).toEqual([
        ['aa-1', 'interrupted', null],
        ['aa-2', 'failed', 'no memory'],
        ['aa-3', 'waiting', null],
      ]);
      await reader.close();
      expect(await problemsOf(store)).toEqual([]);
    });

    test('another sweep here with the runs gets what they cost by its own costs', async () => {
      const [store, source] = [create(), create()];
      const costs = [
        [0, 1, 1],
        [7, 0, 1],
        [1, 1, 0],
      ];
      await launched(store, sampleSweep({ name: 'mine', trials: [AA], costs }));
      await launched(source, sampleSweep({ name: 'theirs', trials: [AA] }), { 'aa-1': 0.5 });
      await caring(store, (keeper) => keeper.merge({ from: source.place }));
      const reader = await store.reader();
      expect((await reader.runs('mine')).map(({ validation }) => validation.expected_cost)).toEqual([
        7 / 70_005,
      ]);
      await reader.close();
      expect(await problemsOf(store)).toEqual([]);
    });

    test('different results of a run are a conflict, and nothing is merged', async () => {
      const [store, source] = [create(), create()];
      await launched(store, sampleSweep({ name: 'mine', trials: [AA] }), { 'aa-1': 0.5 });
      await launched(source, sampleSweep({ name: 'fine', trials: [CC] }), { 'cc-1': 0.5 });
      await launched(source, sampleSweep({ name: 'theirs', trials: [AA] }), { 'aa-1': 0.75 });
      const before = await fingerprints(store);
      await expect(caring(store, (keeper) => keeper.merge({ from: source.place }))).rejects.toThrow(
        'conflict in the sweep "theirs": the run aa-1 (split_metrics) differs',
      );
      expect(await fingerprints(store)).toEqual(before);
      await expect(caring(store, (keeper) => keeper.merge({ from: store.place }))).rejects.toThrow(
        'cannot be merged with itself',
      );
    });

    test('a result without what an older version did not measure is no conflict', async () => {
      const [store, source] = [create(), create()];
      const result = sampleResult('aa-1', 0.5);
      const metrics = { ...result.validation.metrics, ece: Number.NaN };
      await launched(store, sampleSweep({ trials: [AA] }), { 'aa-1': 0.5 });
      const writer = await source.writer();
      await writer.open(sampleSweep({ trials: [AA] }));
      await writer.record([
        started('aa-1'),
        complete({ ...result, validation: { ...result.validation, metrics } }),
      ]);
      await writer.close();
      const before = await fingerprints(store);
      await caring(store, (keeper) => keeper.merge({ from: source.place }));
      expect(await fingerprints(store)).toEqual(before);
    });

    test.each([
      ['other data', { dataset: sampleDataset('e'.repeat(64)) }, 'with different data'],
      ['another metric', { metric: { name: 'mcc', goal: 'maximize' } }, 'ranked by different metrics'],
    ] as const)('a sweep of the same name with %s is refused', async (_what, change, message) => {
      const [store, source] = [create(), create()];
      await launched(store, sampleSweep({ trials: [AA] }));
      await launched(source, sampleSweep({ trials: [sampleTrial('ee', { gamma: 4 })], ...change }));
      const refused = await rejection(() => caring(store, (keeper) => keeper.merge({ from: source.place })));
      expect(refused).toMatchObject({
        message: expect.stringContaining(message),
        fix: expect.stringContaining('focalsweep rename'),
      });
    });
  });
}

import { describe, expect, test } from 'vitest';
import { encodeRunFile } from '../../src/model/file/handed-file.js';
import { SHARD_DECISIONS, shardsIn, stepOfShard } from '../../src/search/recorded-shard.js';
import type { Shard } from '../../src/spec/settings/shard.js';
import type { StoreEvent, SweepRecord } from '../../src/store/store.js';
import { rejection } from '../thrown.js';
import type { CaredForStore } from './care-contract.js';
import {
  complete,
  SAMPLE_DRAWS,
  SAMPLE_LOGITS,
  sampleLogits,
  sampleResult,
  sampleSweep,
  sampleTrial,
  started,
} from './sample-sweep.js';

const TRIALS = [
  sampleTrial('aa', { gamma: 0 }, true),
  sampleTrial('bb', { gamma: 1 }),
  sampleTrial('cc', { gamma: 2 }),
];
const SPEC = {
  specText: 'name: sample\ndata: {source: "builtin:malware21"}\nkeep: best\n',
  keep: 'best',
} as const;

/** A result with a model and logits. */
const kept = ([runId, level]: readonly [string, number]): readonly StoreEvent[] => {
  const logits = { validationLogits: SAMPLE_LOGITS, testLogits: sampleLogits(3) };
  const result = { ...sampleResult(runId, level), ...logits, scoreDraws: SAMPLE_DRAWS };
  const model = encodeRunFile({ runId, name: 'm.bin', bytes: Buffer.of(8, 0, 1) });
  return [started(runId), { ...complete(result), model } as StoreEvent];
};

interface Trained {
  readonly shard: Shard;
  readonly levels: Readonly<Record<string, number>>;
  readonly record?: SweepRecord;
}

async function trained(store: CaredForStore, { shard, levels, record }: Trained): Promise<CaredForStore> {
  const own = record ?? sampleSweep({ trials: TRIALS, seeds: [1], ...SPEC });
  const writer = await store.writer();
  await writer.open(own);
  const decision = { type: 'shard', ...shard };
  const at = { search: SHARD_DECISIONS, step: stepOfShard(shard) };
  await writer.record([{ type: 'decision', sweep: 'sample', ...at, decision }]);
  await writer.record(Object.entries(levels).flatMap(kept));
  await writer.close();
  return store;
}

async function merge(store: CaredForStore, source: CaredForStore): Promise<void> {
  const keeper = await store.keeper();
  try {
    await keeper.merge({ from: source.place });
  } finally {
    await keeper.close();
  }
}

/** What every store does with the shards of a sweep. */
export function describeShardsContract(name: string, create: () => CaredForStore): void {
  describe(`${name}: shards of a sweep`, () => {
    test('are one sweep when they are merged, and it says which of them it has', async () => {
      const store = await trained(create(), { shard: { index: 1, count: 2 }, levels: { 'aa-1': 0.5 } });
      const other = await trained(create(), { shard: { index: 2, count: 2 }, levels: { 'cc-1': 0.6 } });
      await merge(store, other);
      const reader = await store.reader();
      const recorded = shardsIn(await reader.decisions('sample', SHARD_DECISIONS));
      expect(recorded.map(({ index, count }) => [index, count])).toEqual([
        [1, 2],
        [2, 2],
      ]);
      expect(await reader.sweep('sample')).toMatchObject({ runs: 3, complete: 2 });
      const both = new Map(['aa-1', 'cc-1'].map((runId) => [runId, SAMPLE_DRAWS.test]));
      expect(await reader.scoreDraws(['aa-1', 'bb-1', 'cc-1'], 'test')).toEqual(both);
      await reader.close();
    });

    test('keep together the models that the whole keeps, and no more', async () => {
      const store = await trained(create(), { shard: { index: 1, count: 2 }, levels: { 'bb-1': 0.7 } });
      const second = { index: 2, count: 2 };
      const other = await trained(create(), { shard: second, levels: { 'aa-1': 0.4, 'cc-1': 0.6 } });
      await merge(store, other);
      const reader = await store.reader();
      const models = await Promise.all(['aa-1', 'bb-1', 'cc-1'].map((runId) => reader.model(runId)));
      expect(models.map((model) => model !== null)).toEqual([false, true, false]);
      await reader.close();
    });

    test('change nothing when they are merged again, each in its turn', async () => {
      const store = create();
      const first = await trained(create(), { shard: { index: 1, count: 2 }, levels: { 'bb-1': 0.7 } });
      const second = await trained(create(), {
        shard: { index: 2, count: 2 },
        levels: { 'aa-1': 0.4, 'cc-1': 0.6 },
      });
      const keptNow = async () => {
        const reader = await store.reader();
        const runs = ['aa-1', 'bb-1', 'cc-1'];
        const models = await Promise.all(runs.map((runId) => reader.model(runId)));
        const logits = await Promise.all(runs.map((runId) => reader.logits(runId, 'validation')));
        await reader.close();
        return [models, logits];
      };
      await (await store.writer()).close();
      for (const shard of [first, second]) await merge(store, shard);
      const once = await keptNow();
      for (const shard of [first, second, second]) {
        await merge(store, shard);
        expect(await keptNow()).toEqual(once);
      }
    });

    test('of different engines are refused', async () => {
      const store = await trained(create(), { shard: { index: 1, count: 2 }, levels: {} });
      const record = sampleSweep({ trials: TRIALS, seeds: [1], ...SPEC, engine: 'other@1' });
      const other = await trained(create(), { shard: { index: 2, count: 2 }, levels: {}, record });
      expect(await rejection(() => merge(store, other))).toMatchObject({
        message: expect.stringMatching(/trained by different engines: .* here, other@1 in the other/),
        fix: expect.stringContaining('--engine'),
      });
    });
  });
}

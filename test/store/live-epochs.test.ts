// Rungs are decided by the epochs of runs without a result, so a flipped bit in one of them must be found.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.js';
import { openStore } from '../../src/store/open-store.js';
import type { StoreEvent } from '../../src/store/store.js';
import { changeRaw } from './raw-changes.js';
import { finished, pruned, sampleResult, sampleSweep, started } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const EPOCHS = sampleResult('aa-1', 0.5).epochs;
const epochsOf = (runId: string): StoreEvent[] =>
  EPOCHS.map((epoch): StoreEvent => ({ type: 'epoch', runId, epoch }));

/** Two runs that wait at a rung. */
const paused = join(folder, 'paused.db');
beforeAll(async () => {
  const writer = await openStore(paused).writer();
  await writer.open(sampleSweep());
  await writer.record(['aa-1', 'bb-1'].flatMap((id) => [started(id), ...epochsOf(id), pruned(id)]));
  await writer.close();
});

function copyOf(name: string): string {
  const path = join(folder, `${name}.db`);
  copyFileSync(paused, path);
  return path;
}

const DAMAGE = {
  'another macro-F1': "UPDATE live_epochs SET macro_f1 = macro_f1 + 1e-9 WHERE run_id = 'aa-1' AND epoch = 2",
  'a metric that is gone': "UPDATE live_epochs SET rare_recall = NULL WHERE run_id = 'aa-1' AND epoch = 1",
  'another epoch': "UPDATE live_epochs SET epoch = 9 WHERE run_id = 'aa-1' AND epoch = 2",
  'another checksum': "UPDATE live_epochs SET crc = crc + 1 WHERE run_id = 'aa-1' AND epoch = 1",
  'no checksum': "UPDATE live_epochs SET crc = NULL WHERE run_id = 'aa-1' AND epoch = 1",
};
const PROBLEM = 'an epoch of run aa-1, which has no result, does not match its checksum';

describe.each(Object.entries(DAMAGE))('%s', (name, statement) => {
  test('is not read by a search, nor shown', async () => {
    const path = copyOf(`read ${name}`);
    changeRaw(path, statement);
    const writer = await openStore(path).writer();
    await expect(writer.epochs(['aa-1'])).rejects.toThrow(UserError);
    await expect(writer.epochs(['aa-1'])).rejects.toThrow(/an epoch of run aa-1.* is corrupt/);
    expect((await writer.epochs(['bb-1'])).get('bb-1')).toEqual(EPOCHS);
    await writer.close();
    const reader = await openStore(path).reader();
    await expect(reader.run('aa-1')).rejects.toThrow(UserError);
    await expect(reader.progress('sample')).rejects.toThrow(UserError);
    await reader.close();
  });

  test('is found, and a repair lets the run tell its epochs again', async () => {
    const path = copyOf(`check ${name}`);
    changeRaw(path, statement);
    const keeper = await openStore(path).keeper();
    const problems = async (repair: boolean) => (await keeper.check({ repair })).problems;
    expect(await problems(false)).toEqual([{ what: PROBLEM, repaired: false }]);
    expect(await problems(true)).toEqual([{ what: PROBLEM, repaired: true }]);
    expect(await problems(false)).toEqual([]);
    await keeper.close();
    const writer = await openStore(path).writer();
    const epochs = await writer.epochs(['aa-1', 'bb-1']);
    expect(epochs).toEqual(new Map([['bb-1', EPOCHS]]));
    await writer.open(sampleSweep());
    await writer.record([started('aa-1'), ...epochsOf('aa-1')]);
    expect((await writer.epochs(['aa-1'])).get('aa-1')).toEqual(EPOCHS);
    await writer.record(finished({ 'aa-1': 0.5 }));
    await writer.close();
  });
});

test('an epoch without a number for a metric matches its checksum', async () => {
  const path = copyOf('no number');
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep());
  const [epoch] = EPOCHS;
  if (epoch === undefined) throw new Error('there is none');
  const bare = {
    ...epoch,
    trainLoss: Number.POSITIVE_INFINITY,
    validationLoss: Number.NaN,
    validation: { ...epoch.validation, mcc: Number.NaN, accuracy: -0 },
  };
  await writer.record([started('cc-1'), { type: 'epoch', runId: 'cc-1', epoch: bare }, pruned('cc-1')]);
  expect((await writer.epochs(['cc-1'])).get('cc-1')).toHaveLength(1);
  await writer.close();
  const keeper = await openStore(path).keeper();
  expect((await keeper.check({ repair: false })).problems).toEqual([]);
  await keeper.close();
});

test.each([7, 16])('the epochs of a database of schema %i can be trusted once it is open', async (schema) => {
  const kept = fileURLToPath(new URL(`./fixtures/schema-${schema}.db.gz`, import.meta.url));
  const path = join(folder, `schema-${schema}.db`);
  writeFileSync(path, gunzipSync(readFileSync(kept)));
  const keeper = await openStore(path).keeper();
  expect((await keeper.check({ repair: false })).problems).toEqual([]);
  changeRaw(path, 'UPDATE live_epochs SET macro_f1 = 0.123');
  expect((await keeper.check({ repair: false })).problems).toEqual([
    { what: expect.stringContaining('which has no result, does not match its checksum'), repaired: false },
  ]);
  await keeper.close();
});

// What a launch chose, as SQL and a damaged database have it.
import { beforeEach, expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.js';
import { changeRaw } from './raw-changes.js';
import { finished, sampleSweep } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
let databases = 0;
let path = '';

beforeEach(async () => {
  path = `${folder}/${databases++}.db`;
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep());
  await writer.record(finished({ 'aa-1': 0.5, 'bb-1': 0.6, 'cc-1': 0.7 }));
  await writer.close();
  await recordChoices();
});

async function recordChoices(): Promise<void> {
  const keeper = await openStore(path).keeper();
  // Their alphabetical order and that of the trials are other ones.
  const choices = [
    { aim: 'z', trialId: 'cc-trial' },
    { aim: 'm', trialId: 'bb-trial' },
    { aim: 'a', trialId: 'cc-trial' },
  ];
  await keeper.recordChoices({ sweep: 'sample', results: 3, choices });
  await keeper.close();
}

async function leaderboard(): Promise<readonly unknown[]> {
  const reader = await openStore(path).reader();
  const { rows } = await reader.sql('SELECT chosen_for FROM leaderboard ORDER BY position', 20_000);
  await reader.close();
  return rows.flat();
}

async function check(repair: boolean) {
  const keeper = await openStore(path).keeper();
  const { problems } = await keeper.check({ repair });
  await keeper.close();
  return problems;
}

const CHOSEN = [null, 'm', 'z, a', null];

test('leaderboard has them in its last column, as long as the sweep has as many results', async () => {
  expect(await leaderboard()).toEqual(CHOSEN);
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep({ name: 'other' }));
  await writer.record(finished({ 'dd-1': 0.9 }, 'other'));
  await writer.close();
  expect(await leaderboard()).toEqual([...CHOSEN, null, null, null, null].map(() => null));
  expect(await check(false)).toEqual([]);
});

test.each([
  ['a changed trial', "UPDATE choices SET trial_id = 'dd-trial' WHERE aim = 'm'"],
  ['a changed number of results', 'UPDATE choices SET results = 2 WHERE position = 0'],
  ['a choice less', 'DELETE FROM choices WHERE position = 2'],
  ['a choice more', "INSERT INTO choices VALUES ('sample', 7, 'x', 'aa-trial', 3)"],
])(
  '%s is found, not shown as a run’s, and goes with a repair until the next launch',
  async (_what, change) => {
    changeRaw(path, change);
    const reader = await openStore(path).reader();
    await expect(reader.query({ columns: ['chosen_for'] })).rejects.toThrow(/sweep sample is corrupt/);
    await reader.close();
    const what = 'the choices of sweep sample do not match their checksum';
    expect(await check(false)).toEqual([{ what, repaired: false }]);
    expect(await check(true)).toEqual([{ what, repaired: true }]);
    expect(await check(false)).toEqual([]);
    expect(await leaderboard()).toEqual([null, null, null, null]);
    await recordChoices();
    expect(await leaderboard()).toEqual(CHOSEN);
  },
);

test('they go with a damaged result, even if another run makes up the number', async () => {
  changeRaw(path, "UPDATE split_metrics SET macro_f1 = 0.99 WHERE run_id = 'cc-1'");
  expect(await check(true)).toHaveLength(1);
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep({ name: 'other' }));
  await writer.record(finished({ 'dd-1': 0.9 }, 'other'));
  await writer.close();
  const reader = await openStore(path).reader();
  expect((await reader.sweep('sample')).complete).toBe(3);
  await reader.close();
  expect(await leaderboard()).not.toContain('m');
});

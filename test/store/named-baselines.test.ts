// What the views of a database and its checks make of programs and named baselines.
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import { isBaseline, type NamedBaseline } from '../../src/knobs/plain-loss.js';
import type { ParameterValue } from '../../src/program.js';
import { openStore } from '../../src/store/open-store.js';
import type { SweepRecord } from '../../src/store/store.js';
import type { Trial } from '../../src/sweep.js';
import { cases } from '../property-cases.js';
import { COMMAND_TRIALS, commandTrial } from './program-contract.js';
import { changeRaw } from './raw-changes.js';
import { finished, sampleDataset, sampleSweep, sampleTrial } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
let databases = 0;
let sweeps = 0;

const shared = `${folder}/shared.db`;
const sharedWriter = await openStore(shared).writer();
const sharedReader = await openStore(shared).reader();
afterAll(async () => {
  await sharedWriter.close();
  await sharedReader.close();
});

/** The trials that the leaderboard calls baselines once the sweep is recorded under another name, by position. */
async function baselinesOf(record: SweepRecord): Promise<readonly boolean[]> {
  const name = `sweep ${++sweeps}`;
  const trials = record.trials.map((trial) => ({ ...trial, trialId: `${trial.trialId} ${name}` }));
  await sharedWriter.open({ ...record, name, trials });
  const select = `SELECT is_baseline FROM leaderboard WHERE sweep = '${name}' ORDER BY position`;
  const { rows } = await sharedReader.sql(select, 20_000);
  return rows.map(([cell]) => cell === 1);
}

async function baselineNames(trials: readonly Trial[], baseline: NamedBaseline = null): Promise<string> {
  const marks = await baselinesOf(sampleSweep({ trials, runs: [], baseline }));
  return trials.flatMap(({ trialId }, at) => (marks[at] ? [trialId.slice(0, 2)] : [])).join(' ');
}

test('of programs, those of γ = 0 and α = 1 are the baseline, as far as the program takes the two', async () => {
  const trials = [
    commandTrial('aa', { gamma: 0, embedding: 1 }),
    commandTrial('bb', { gamma: 0, alpha: 1 }),
    commandTrial('cc', { alpha: 1, embedding: 1 }),
    commandTrial('dd', { gamma: 0, alpha: 'balanced' }),
    commandTrial('ee', { gamma: 2, alpha: 1 }),
    commandTrial('ff', { gamma: 0, alpha: 1, logit_adjustment: 1 }),
    commandTrial('gg', { embedding: 1, loss: 'focal' }),
    commandTrial('hh', { gamma: 0, loss: 'dice' }),
    sampleTrial('ii', { gamma: 0, alpha: 1 }),
  ];
  expect(await baselineNames(trials)).toBe('aa bb cc ii');
});

test.each<[NamedBaseline, string]>([
  [{ embedding: 64 }, 'bb'],
  [{ gamma: 2 }, 'bb cc'],
  [{ gamma: 2, embedding: 256 }, 'cc'],
  [{ warm: true }, 'aa cc'],
  [{ warm: 1 }, ''],
  [{ units: [8] }, 'bb'],
  [{ units: '[8]' }, ''],
  [{ units: { a: [null], b: 1 } }, 'cc'],
  [{ note: null }, 'aa'],
  [{ note: '' }, 'cc'],
  [{ note: 'é “x”' }, 'bb'],
  [{ extra: null }, ''],
  [{ embedding: '64' }, ''],
])('a baseline is what has the values named: %j', async (baseline, names) => {
  expect(await baselineNames(COMMAND_TRIALS, baseline)).toBe(names);
});

test('a named baseline may be of a knob that configurations keep only where it is not the usual one', async () => {
  const trials = [
    sampleTrial('aa', { gamma: 2 }),
    sampleTrial('bb', { gamma: 2, normalize: 'robust', residual: true }),
    commandTrial('cc', { gamma: 2 }),
    commandTrial('dd', { gamma: 2, normalize: KNOB_DEFAULTS.normalize }),
  ];
  expect(await baselineNames(trials, { normalize: 'zscore' })).toBe('aa dd');
  expect(await baselineNames(trials, { residual: true })).toBe('bb');
  expect(await baselineNames(trials, { residual: false })).toBe('aa');
  const { card, ...dataset } = sampleDataset('n'.repeat(64));
  const unprepared = { ...dataset, card: { ...card, normalize: 'none' as const } };
  const some = [sampleTrial('aa', { normalize: 'none' }), sampleTrial('bb', { normalize: 'zscore' })];
  const record = sampleSweep({
    trials: some,
    runs: [],
    dataset: unprepared,
    baseline: { normalize: 'none' },
  });
  expect(await baselinesOf(record)).toEqual([true, false]);
});

test('the leaderboard and reports agree on what a baseline is, whatever parameters there are', async () => {
  const name = fc.constantFrom('gamma', 'alpha', 'embedding', 'Depth', 'hidden', 'loss');
  const text = fc.oneof(fc.constantFrom('', '1', 'true', 'null', '[1]'), fc.string({ unit: 'grapheme' }));
  const free: fc.Arbitrary<ParameterValue> = fc.oneof(
    fc.constantFrom(0, 1, 2, true, false, null),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    text,
    fc.array(fc.constantFrom(0, 1, 'a'), { maxLength: 2 }),
  );
  const valuesFor = (parameter: string): fc.Arbitrary<ParameterValue> =>
    parameter === 'gamma'
      ? fc.constantFrom(0, 1, 2)
      : parameter === 'alpha'
        ? fc.constantFrom(1, 'balanced')
        : free;
  const point = fc
    .uniqueArray(name, { minLength: 1, maxLength: 4 })
    .chain((names) => fc.record(Object.fromEntries(names.map((own) => [own, valuesFor(own)]))));
  await fc.assert(
    fc.asyncProperty(
      fc.array(point, { minLength: 1, maxLength: 4 }),
      fc.nat(3),
      fc.nat(3),
      async (points, which, kept) => {
        const trials = points.map((given, at) => commandTrial(`t${at}`, given));
        const source = Object.entries(points[which] ?? {}).slice(0, kept);
        const baseline = source.length === 0 ? null : Object.fromEntries(source);
        const marks = await baselinesOf(sampleSweep({ trials, runs: [], baseline }));
        expect(marks).toEqual(trials.map(({ config }) => isBaseline(config, baseline)));
      },
    ),
    { numRuns: cases(40) },
  );
});

test.each([
  ['another value', `UPDATE sweep_baselines SET baseline = '{"embedding":32}'`],
  ['a flipped bit', `UPDATE sweep_baselines SET baseline = '{"embedding":65}'`],
  ['no text', "UPDATE sweep_baselines SET baseline = '{'"],
  ['a lost row', 'DELETE FROM sweep_baselines'],
])('damage to a named baseline is found: %s', async (_name, damage) => {
  const path = `${folder}/${++databases}.db`;
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep({ trials: COMMAND_TRIALS, baseline: { embedding: 64 } }));
  await writer.record(finished({ 'aa-1': 0.5 }));
  await writer.close();
  const keeper = await openStore(path).keeper();
  expect((await keeper.check({ repair: false })).problems).toEqual([]);
  changeRaw(path, damage);
  const { problems } = await keeper.check({ repair: false });
  expect(problems.map(({ what }) => what)).toEqual([expect.stringMatching(/sweep "?sample"?/)]);
  await keeper.close();
  const reader = await openStore(path).reader();
  await expect(reader.sweep('sample')).rejects.toThrow(/damaged/);
  await reader.close();
});

test('a launch writes a damaged baseline again', async () => {
  const path = `${folder}/${++databases}.db`;
  const record = sampleSweep({ trials: COMMAND_TRIALS, baseline: { embedding: 64 } });
  const launch = async () => {
    const writer = await openStore(path).writer();
    await writer.open(record);
    await writer.close();
  };
  await launch();
  changeRaw(path, 'DELETE FROM sweep_baselines');
  await launch();
  const keeper = await openStore(path).keeper();
  expect((await keeper.check({ repair: false })).problems).toEqual([]);
  await keeper.close();
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeModel } from '../../src/model/file/model-file.js';
import { planSweep } from '../../src/plan/plan.js';
import { sweepRecord } from '../../src/run/record/plan-record.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { openStore } from '../../src/store/open-store.js';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { SCHEMA_VERSION } from '../../src/store/sqlite/migrations/migrations.js';
import type { SweepReader } from '../../src/store/store.js';
import type { EpochRecord } from '../../src/sweep.js';
import { datasetOf } from '../../src/testing/small-dataset.js';
import { loadFiles } from '../data/table-folder.js';
import { changeRaw } from './raw-changes.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

/**
 * A database that the program of that schema wrote: two configurations × two seeds on 60 rows, `tfjs/cpu`. A new schema adds its
 * own file, so that the next one finds it; the current one is among them.
 */
function keptDatabase(name: string, file = `${name}.db`): string {
  const kept = fileURLToPath(new URL(`./fixtures/${name}.db.gz`, import.meta.url));
  const path = join(folder, file);
  writeFileSync(path, gunzipSync(readFileSync(kept)));
  return path;
}

/** As the program said that wrote the database, for content that is compared the same by every later one. */
const FINGERPRINTS = [
  '14c3c8ab6f72d0d4af6ee7ed364743351892622090151174dc57fac7888baee8',
  '0ddfd6197aa28683de3b38237872d9550465c721630824d275d0f1dbe3dac727',
  '0ddfd6197aa28683de3b38237872d9550465c721630824d275d0f1dbe3dac727',
  '0d613b16eade66978807d7ff0f111cbf7cfab42915472480fee65de47155ae03',
  'b4f1740a72feec01ecada327c520a5268a58d7d9c0d69c5094be74a16fe2f053',
  '430de776b5b6fdadf14a70a3b493e0efdad5f310260964d79ac44db5a6b3fb1a',
  '430de776b5b6fdadf14a70a3b493e0efdad5f310260964d79ac44db5a6b3fb1a',
  '65f7fcbdb8224ed47872aa26a1054d5b85e27050a28a24315fb0bcaf324cb2be',
  '65f7fcbdb8224ed47872aa26a1054d5b85e27050a28a24315fb0bcaf324cb2be',
  '571fc8301d184c428f617bdda4f925fe534a79f18300ac3c42d526631181031f',
  '571fc8301d184c428f617bdda4f925fe534a79f18300ac3c42d526631181031f',
  '571fc8301d184c428f617bdda4f925fe534a79f18300ac3c42d526631181031f',
  'd7ddb50609d2cbc17e1c6f5f445bdf48892de9c3d51a32dbbb7389791a976b35',
  'd7ddb50609d2cbc17e1c6f5f445bdf48892de9c3d51a32dbbb7389791a976b35',
  'd7ddb50609d2cbc17e1c6f5f445bdf48892de9c3d51a32dbbb7389791a976b35',
  'd7ddb50609d2cbc17e1c6f5f445bdf48892de9c3d51a32dbbb7389791a976b35',
  'd7ddb50609d2cbc17e1c6f5f445bdf48892de9c3d51a32dbbb7389791a976b35',
  'd7ddb50609d2cbc17e1c6f5f445bdf48892de9c3d51a32dbbb7389791a976b35',
  'd7ddb50609d2cbc17e1c6f5f445bdf48892de9c3d51a32dbbb7389791a976b35',
];

test.each(Array.from({ length: SCHEMA_VERSION }, (_, at) => at + 1))(
  'a database of schema %i is brought up to date with everything in it',
  async (schema) => {
    const path = keptDatabase(`schema-${schema}`);
    const before = new Database(path);
    expect(before.pragma('user_version', { simple: true })).toBe(schema);
    const scores = before
      .prepare(
        "SELECT run_id, macro_f1 FROM split_metrics JOIN sweep_runs USING (run_id) WHERE split = 'validation' AND sweep = 'old' ORDER BY run_id",
      )
      .raw()
      .all();
    expect(scores).toHaveLength(4);
    before.close();

    const reader = await openStore(path).reader();
    const runs = (await reader.runs('old')).map(({ runId, validation }) => [runId, validation.macro_f1]);
    expect(runs.toSorted()).toEqual(scores);
    expect(await reader.sweep('old')).toMatchObject({ trials: 2, runs: 4, complete: 4, failed: 0 });
    expect((await reader.sweep('old')).specFile).toBe(schema === 1 ? null : '/sweeps/old.yaml');
    expect((await reader.sweep('old')).environment === null).toBe(schema < 4);
    expect(await reader.fingerprint('old')).toBe(FINGERPRINTS[schema - 1]);
    await reader.close();

    const after = new Database(path);
    expect(after.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    after.close();
    const keeper = await openStore(path).keeper();
    const { results, problems } = await keeper.check({ repair: false });
    expect([results >= 4, problems]).toEqual([true, []]);
    await keeper.close();
  },
);

/** Written by the first program that said what columns mean: the sweep of trees as it was trained, the other one as it was measured later. */
test('what columns mean is read from a database of schema 13', async () => {
  const reader = await openStore(keptDatabase('schema-13', 'columns.db')).reader();
  const idsOf = async (sweep: string) => (await reader.runs(sweep)).map(({ runId }) => runId);
  const known = await reader.columnImportance([...(await idsOf('old')), ...(await idsOf('grown'))]);
  expect([...known.values()].map((columns) => columns.map(({ column }) => column))).toEqual(
    Array(8).fill(['bytes', 'duration']),
  );
  const [measured] = await idsOf('old');
  expect(known.get(measured ?? '')?.map(({ gainShare }) => gainShare)).toEqual([null, null]);
  expect(known.get(measured ?? '')?.every(({ drops }) => drops !== null)).toBe(true);
  const [grown] = await idsOf('grown');
  const shares = known.get(grown ?? '')?.map(({ gainShare }) => gainShare ?? Number.NaN) ?? [];
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(known.get(grown ?? '')?.every(({ drops }) => drops === null)).toBe(true);
  await reader.close();
});

/** Written by the first program that ran commands: `sh own.sh ${embedding} ${seed}`, which echoes them and tells predictions. */
test('what a command was given, printed and reached is read from a database of schema 14', async () => {
  const path = keptDatabase('schema-14', 'own.db');
  const reader = await openStore(path).reader();
  const { baseline, engine } = await reader.sweep('own');
  expect([baseline, engine]).toEqual([{ embedding: 4 }, 'command@b577e93a5c361454']);
  expect((await reader.trials('own')).map(({ config }) => config)).toEqual(
    [4, 8].map((embedding) => ({
      ...{ embedding, Warm: true, units: [8, 'none'], learning_rate: 0.1 },
      model: 'command',
    })),
  );
  expect(await reader.ownParameters()).toEqual(['Warm', 'embedding', 'units']);
  const { rows } = await reader.query({
    where: 'embedding = 8',
    columns: ['sweep', 'seed', 'macro_f1', 'run'],
  });
  expect(rows.map(([sweep, seed]) => [sweep, seed])).toEqual([
    ['own', 1],
    ['own', 2],
  ]);
  expect(rows.map(([, , score]) => Number(score).toFixed(4))).toEqual(['0.6211', '0.5556']);
  const logs = await Promise.all(rows.map(([, , , run]) => reader.log(String(run))));
  expect(logs).toEqual(['embedding 8, seed 1: é\n', 'embedding 8, seed 2: é\n']);
  expect((await reader.epochs(String(rows[0]?.at(-1)))).map(({ trainLoss }) => trainLoss)).toEqual([
    0.75, 0.5,
  ]);
  const board = await reader.sql(
    'SELECT sweep, is_baseline FROM leaderboard ORDER BY sweep, position',
    20_000,
  );
  expect(board.rows).toEqual([
    ['old', 1],
    ['old', 0],
    ['own', 1],
    ['own', 0],
  ]);
  expect(await reader.fingerprint('own')).toBe(
    '7846af27901e34813964922d9d8deeb9fb2af3c775d40e9c8a3cd8ff2b957254',
  );
  await reader.close();
});

/** The schemas whose programs trained as this one does: see MATHS_VERSION. */
test.each([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])(
  'launching the sweep of a database of schema %i trains nothing again',
  async (schema) => {
    const path = keptDatabase(`schema-${schema}`, `launched-${schema}.db`);
    const reader = await openStore(path).reader();
    const { specText, engine, dataset } = await reader.sweep('old');
    await reader.close();
    const labels = dataset.support.train.flatMap((rows, label) => Array<number>(rows).fill(label));
    const { fingerprint, classNames, card } = dataset;
    const table = datasetOf({ features: labels.map(() => [0]), labels, classes: classNames.length });
    const known = { ...table, fingerprint, classNames, card };
    const writer = await openStore(path).writer();
    const states = await writer.open(sweepRecord(planSweep(parseSpec(specText), known, engine), known));
    await writer.close();
    expect([...states.values()]).toEqual(['complete', 'complete', 'complete', 'complete']);
  },
);

/** Written by the last program whose `normalize` was no knob; its table is made here again. */
test('results recorded under `normalize: none` keep their ids, and say how they were prepared', async () => {
  const path = keptDatabase('schema-10-unnormalised');
  const reader = await openStore(path).reader();
  const { specText, engine, dataset } = await reader.sweep('old');
  const trials = await reader.trials('old');
  expect(trials.map(({ config }) => config.normalize)).toEqual(['none', 'none']);
  const { rows } = await reader.query({
    columns: ['normalize', 'encode_numbers'],
    where: 'normalize = none',
  });
  expect(rows).toEqual(Array(4).fill(['none', 'none']));
  const board = await reader.sql('SELECT DISTINCT normalize FROM leaderboard', 20_000);
  expect(board.rows).toEqual([['none']]);
  expect(await reader.fingerprint('old')).toBe(
    '0b07dfbd2da6364148d54a8c5ae1a6279086b8672bc9f159285075e3c8fb628f',
  );
  await reader.close();

  const lines = Array.from({ length: 60 }, (_, row) => {
    const rare = row % 3 === 0 ? 1 : 0;
    return `${100 + ((row * 7) % 31) + rare * 20},${((row * 13) % 17) / 3 + rare},${rare === 1 ? 'b' : 'a'}`;
  });
  const loaded = await loadFiles({ 't.csv': ['x,y,class', ...lines].join('\n') }, { normalize: 'none' });
  expect(loaded.fingerprint).toBe(dataset.fingerprint);
  const plan = planSweep(parseSpec(specText), loaded, engine);
  const writer = await openStore(path).writer();
  const states = await writer.open(sweepRecord(plan, loaded));
  await writer.close();
  expect(plan.trials.map(({ trialId }) => trialId)).toEqual(trials.map(({ trialId }) => trialId));
  expect([...states.values()]).toEqual(Array(4).fill('complete'));
});

/** Written by the last program that counted a class without rows as F1 = 0; every row of the other two is predicted rightly. */
test('a macro-F1 that counted a class without rows is corrected, marked, and still as it was written', async () => {
  const path = keptDatabase('schema-4-unmeasured-class');
  const reader = await openStore(path).reader();
  expect((await reader.runs('trainonly')).map(({ validation }) => validation.macro_f1)).toEqual([1, 1]);
  const [first] = await reader.runs('trainonly');
  const epochs = await reader.epochs(first?.runId ?? '');
  expect(epochs.map(({ validation }) => validation.macro_f1)).toEqual([1, 1, 1, 1]);
  const { notes } = (await reader.sweep('trainonly')).dataset.card;
  expect(
    notes.filter((note) => /^Of 2 runs: macro_f1 counted classes without rows as 0/.test(note)),
  ).toHaveLength(1);
  await reader.close();
  const keeper = await openStore(path).keeper();
  expect(await keeper.check({ repair: false })).toEqual({ results: 2, problems: [] });
  await keeper.close();
});

test('a damaged result is not corrected, and stays damaged', async () => {
  const path = keptDatabase('schema-4-unmeasured-class', 'damaged.db');
  const before = new Database(path);
  before.exec("UPDATE split_metrics SET macro_f1 = 0.9 WHERE split = 'test'");
  before.close();
  const keeper = await openStore(path).keeper();
  expect((await keeper.check({ repair: false })).problems).toHaveLength(2);
  await keeper.close();
});

test('a damaged configuration is moved as it is, and stays damaged', async () => {
  const path = keptDatabase('schema-5', 'damaged-trial.db');
  changeRaw(
    path,
    "UPDATE trials SET gamma = 2.5 WHERE gamma = 2; UPDATE trials SET hidden = '[4' WHERE gamma = 0",
  );
  const keeper = await openStore(path).keeper();
  const problems = (await keeper.check({ repair: false })).problems.map(({ what }) => what);
  expect(problems).toEqual([
    'trial 073aa0cedac5aaa2 does not match its checksum',
    'trial f50d8ae6df1e1adf does not match its checksum',
  ]);
  await keeper.close();
});

test('views of a user’s own may stay while the table that they look at is changed', async () => {
  const path = keptDatabase('schema-5', 'with-view.db');
  changeRaw(
    path,
    'CREATE VIEW mine AS SELECT gamma FROM trials; CREATE VIEW ours AS SELECT gamma FROM runs_wide',
  );
  const reader = await openStore(path).reader();
  expect((await reader.sql('SELECT DISTINCT gamma FROM ours ORDER BY 1', 20_000)).rows).toEqual([[0], [2]]);
  await expect(reader.sql('SELECT * FROM mine', 20_000)).rejects.toThrow(/no such column: gamma/);
  await reader.close();
});

test('a database of schema 7 has what a search decided, and how far a pruned run came', async () => {
  const reader = await openStore(keptDatabase('schema-7', 'going.db')).reader();
  expect(await reader.decisions('going', 'aaaaaaaa')).toEqual([
    { step: 0, decision: { type: 'rung', going: ['fb80c47261b8fc10'] } },
  ]);
  const [run, ...others] = await reader.progress('going');
  expect(run).toMatchObject({ state: 'pruned', attempts: 1, epochs: [{ epoch: 1, trainAccuracy: 22 / 34 }] });
  expect(others).toEqual([]);
  await reader.close();
});

test('metrics that came later are missing in results of schema 7, never 0, and sort last', async () => {
  const path = keptDatabase('schema-7', 'later-metrics.db');
  const reader = await openStore(path).reader();
  const [run] = await reader.runs('old');
  expect(run?.validation).toMatchObject({ brier: Number.NaN, cohen_kappa: Number.NaN, roc_auc: Number.NaN });
  const classes = await reader.classMetrics([run?.runId ?? ''], 'validation');
  expect(classes.get(run?.runId ?? '')?.[0]).not.toHaveProperty('ranking');
  expect((await reader.query({ sweep: 'old', where: 'brier is null' })).rows).toHaveLength(4);
  expect((await reader.query({ where: 'brier < 1', columns: ['run'] })).rows).toEqual([]);
  await reader.close();
});

test('a database of schema 8 has metrics of probabilities, the parameter of a metric, and logits of the test rows', async () => {
  const reader = await openStore(keptDatabase('schema-8', 'strict.db')).reader();
  expect((await reader.sweep('strict')).metric).toEqual({
    name: 'recall_at_precision',
    goal: 'maximize',
    parameter: 0.5,
  });
  expect((await reader.sweep('strict')).costs?.at(-1)).toEqual([20, 20, 0]);
  expect((await reader.sweep('old')).costs).toBeNull();
  const [strict] = await reader.runs('strict');
  const [old] = await reader.runs('old');
  expect(strict?.validation.recall_at_precision).toBeCloseTo(2 / 3, 12);
  expect(old?.validation.recall_at_precision).toBeCloseTo(1 / 3, 12);
  const epochs = async (run: typeof old) =>
    (await reader.epochs(run?.runId ?? '')).map(({ validation }) => validation.recall_at_precision);
  expect((await epochs(strict)).every(Number.isFinite)).toBe(true);
  expect(await epochs(old)).toEqual([Number.NaN, Number.NaN]);
  expect(await reader.logits(strict?.runId ?? '', 'test')).toHaveLength(12 * 3);
  expect(await reader.logits(old?.runId ?? '', 'test')).toBeNull();
  await reader.close();
});

test('a database of schema 9 has no choices until they are recorded', async () => {
  const path = keptDatabase('schema-9', 'unchosen.db');
  const reader = await openStore(path).reader();
  const chosen = async () => (await reader.query({ sweep: 'old', columns: ['chosen_for'] })).rows.flat();
  expect(await chosen()).toEqual([null, null, null, null]);
  const [first] = await reader.trials('old');
  const keeper = await openStore(path).keeper();
  const choices = [{ aim: 'overall', trialId: first?.trialId ?? '' }];
  await keeper.recordChoices({ sweep: 'old', results: 4, choices });
  expect(await chosen()).toEqual(['overall', 'overall', null, null]);
  expect(await keeper.check({ repair: false })).toEqual({ results: 6, problems: [] });
  await keeper.close();
  await reader.close();
});

test('a database of schema 10 has what its launches chose', async () => {
  const reader = await openStore(keptDatabase('schema-10', 'chosen.db')).reader();
  const leaderboard = 'SELECT alpha, gamma, chosen_for FROM leaderboard WHERE sweep = ';
  expect((await reader.sql(`${leaderboard} 'chosen' ORDER BY position`, 20_000)).rows).toEqual([
    [1, 0, 'sure'],
    ['balanced', 0, null],
    [1, 2, 'right, found'],
    ['balanced', 2, null],
  ]);
  expect((await reader.sql(`${leaderboard} 'old' ORDER BY position`, 20_000)).rows).toEqual([
    [1, 0, 'overall, rare classes'],
    [1, 2, null],
  ]);
  await reader.close();
});

/** Four rows cost 1 and one 20, of twelve; on the test rows six cost 1, and one 20. */
test.each([8, 9])(
  'a database of schema %i has what mistakes cost where costs were recorded, and elsewhere nothing',
  async (schema) => {
    const path = keptDatabase(`schema-${schema}`, `costs-${schema}.db`);
    const reader = await openStore(path).reader();
    const strict = await reader.runs('strict');
    expect(strict.map(({ validation }) => validation.expected_cost)).toEqual([2, 2]);
    const tested = await reader.testMetrics('strict', strict[0]?.trialId ?? '');
    expect([...tested.values()].map((metrics) => metrics.expected_cost)).toEqual([26 / 12]);
    const { rows } = await reader.query({ where: 'expected_cost = 2', columns: ['sweep', 'expected_cost'] });
    expect(rows).toEqual([
      ['strict', 2],
      ['strict', 2],
    ]);
    const old = await reader.runs('old');
    expect(old.map(({ validation }) => validation.expected_cost)).toEqual(old.map(() => Number.NaN));
    await reader.close();
  },
);

test('a database with a damaged confusion matrix is brought up to date, and stays damaged', async () => {
  const path = keptDatabase('schema-9', 'damaged-costs.db');
  changeRaw(path, "UPDATE confusions SET counts = zeroblob(36) WHERE split = 'validation'");
  const keeper = await openStore(path).keeper();
  const { problems } = await keeper.check({ repair: true });
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.every(({ repaired }) => repaired)).toBe(true);
  expect((await keeper.check({ repair: false })).problems).toEqual([]);
  await keeper.close();
});

test('trials say which space they are of, those of older programs none', async () => {
  const reader = await openStore(keptDatabase('schema-12')).reader();
  const spacesOf = async (sweep: string) => (await reader.trials(sweep)).map(({ space }) => space);
  expect(await spacesOf('sample')).toEqual(['network', 'trees']);
  expect(await spacesOf('old')).toEqual([undefined, undefined]);
  const { rows } = await reader.sql('SELECT sweep, space FROM leaderboard ORDER BY sweep, position', 20_000);
  expect(rows.slice(-2)).toEqual([
    ['sample', 'network'],
    ['sample', 'trees'],
  ]);
  expect(rows.slice(0, -2).every(([, space]) => space === null)).toBe(true);
  await reader.close();
});

/** Written by the first program that kept models: networks and trees on a table with a gap and categories. */
describe('the models of a database of schema 15', () => {
  const idsOf = async (reader: SweepReader) => (await reader.runs('kept')).map(({ runId }) => runId);

  test('are read, and are those of their runs', async () => {
    const reader = await openStore(keptDatabase('schema-15', 'models.db')).reader();
    const runs = await idsOf(reader);
    const models = await Promise.all(runs.map((runId) => reader.model(runId)));
    const members = models.flatMap((file) => decodeModel(file ?? new Uint8Array()).members);
    expect(members.map(({ runId }) => runId)).toEqual(runs);
    expect(new Set(members.map(({ trainerId }) => trainerId))).toEqual(new Set(['native/wasm@3', 'trees@2']));
    await reader.close();
  });

  test('are checked: a damaged one is found, and a repair removes it alone', async () => {
    const path = keptDatabase('schema-15', 'damaged-models.db');
    const reader = await openStore(path).reader();
    const [first = '', second = ''] = await idsOf(reader);
    const fingerprint = await reader.fingerprint('kept');
    changeRaw(path, `UPDATE models SET file = zeroblob(40) WHERE run_id = '${first}'`);
    const other = `(SELECT file FROM models WHERE run_id NOT IN ('${first}', '${second}') LIMIT 1)`;
    changeRaw(path, `UPDATE models SET file = ${other} WHERE run_id = '${second}'`);
    const keeper = await openStore(path).keeper();
    const problem = (runId: string, repaired: boolean) => ({
      what: `the model of run ${runId} is damaged`,
      repaired,
    });
    const found = async (repair: boolean) => (await keeper.check({ repair })).problems;
    expect(new Set(await found(false))).toEqual(new Set([problem(first, false), problem(second, false)]));
    expect(new Set(await found(true))).toEqual(new Set([problem(first, true), problem(second, true)]));
    expect(await found(false)).toEqual([]);
    await keeper.close();
    expect([await reader.model(first), await reader.fingerprint('kept')]).toEqual([null, fingerprint]);
    await reader.close();
  });
});

/** Written by the first program whose epochs have costs, where these choose them. */
test('a database of schema 18 has what mistakes cost after each epoch, also of runs without a result', async () => {
  const path = keptDatabase('schema-18', 'costly.db');
  const reader = await openStore(path).reader();
  const costsOf = (epochs: readonly EpochRecord[]) =>
    epochs.map(({ validation }) => validation.expected_cost);
  expect(costsOf(await reader.epochs('e60a2f657267eeff'))).toEqual([18, 19, 10, 7].map((cost) => cost / 18));
  const paused = (await reader.progress('costly')).find(({ epochs }) => epochs.length > 0);
  expect(costsOf(paused?.epochs ?? [])).toEqual([1, 19 / 18]);
  const [old] = await reader.runs('old');
  expect(costsOf(await reader.epochs(old?.runId ?? ''))).toEqual([Number.NaN, Number.NaN]);
  await reader.close();
  changeRaw(path, "UPDATE epochs SET expected_cost = NULL WHERE run_id = 'e60a2f657267eeff' AND epoch = 2");
  const keeper = await openStore(path).keeper();
  expect((await keeper.check({ repair: false })).problems).toEqual([
    { what: expect.stringContaining('e60a2f657267eeff'), repaired: false },
  ]);
  await keeper.close();
});

/** Written by the first program that drew rows when runs were measured: a sweep that is ranked by average precision. */
test('a database of schema 19 has metrics of probabilities in each draw of the rows', async () => {
  const path = keptDatabase('schema-19', 'ranked.db');
  const reader = await openStore(path).reader();
  const runs = await reader.runs('ranked');
  const ids = runs.map(({ runId }) => runId);
  for (const split of ['validation', 'test'] as const) {
    const drawn = await reader.scoreDraws(ids, split);
    expect([...drawn.values()].map((own) => [...own.keys()])).toEqual([
      ['average_precision'],
      ['average_precision'],
    ]);
  }
  const [first] = runs;
  const draws = (await reader.scoreDraws(ids, 'validation'))
    .get(first?.runId ?? '')
    ?.get('average_precision');
  expect(draws).toHaveLength(2000);
  const mean = (draws ?? new Float32Array()).reduce((sum, value) => sum + value, 0) / 2000;
  expect(mean).toBeCloseTo(first?.validation.average_precision ?? 0, 1);
  await reader.close();
  changeRaw(path, 'UPDATE score_draws SET draws = zeroblob(8000)');
  const keeper = await openStore(path).keeper();
  expect((await keeper.check({ repair: false })).problems).toHaveLength(2);
  await keeper.close();
});

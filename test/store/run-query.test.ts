import { describe, expect, test, vi } from 'vitest';
import { UserError } from '../../src/errors.js';
import { USUAL_METRICS } from '../../src/metric.js';
import { openStore } from '../../src/store/open-store.js';
import { VIEW_COLUMNS } from '../../src/store/query/view-columns.js';
import { complete, DEFAULT_TRIALS, finished, sampleResult, sampleSweep } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const path = `${folder}/store.db`;
const writer = await openStore(path).writer();
await writer.open(sampleSweep());
await writer.open(sampleSweep({ name: 'other', trials: DEFAULT_TRIALS.slice(1, 3), seeds: [1] }));
await writer.record(finished({ 'aa-1': 0.5, 'aa-2': 0.75, 'bb-1': 0.6 }));
const tied = sampleResult('cc-1', 0.6);
const betterOnRare = { ...tied.validation.metrics, rare_recall: 0.9 };
await writer.record([complete({ ...tied, validation: { ...tied.validation, metrics: betterOnRare } })]);
await writer.close();
const reader = await openStore(path).reader();

describe('query', () => {
  test('lists the runs of a sweep in plan order with what tells them apart', async () => {
    const { columns, rows } = await reader.query({ sweep: 'sample' });
    expect(columns).toEqual([
      ...['run', 'alpha', 'gamma', 'hidden', 'seed', 'state'],
      ...USUAL_METRICS,
      'epochs_trained',
    ]);
    expect(rows.map(([run]) => run)).toEqual([
      ...['aa-1', 'aa-2', 'bb-1', 'bb-2', 'cc-1', 'cc-2', 'dd-1', 'dd-2'],
    ]);
    expect(rows[0]?.slice(0, 7)).toEqual(['aa-1', 1, 0, '[128,64]', 1, 'complete', 0.5]);
    expect(rows[3]?.slice(5, 7)).toEqual(['waiting', null]);
  });

  test('over all sweeps says which', async () => {
    const { columns, rows } = await reader.query({ where: 'run = bb-1' });
    expect(columns[0]).toBe('sweep');
    expect(rows.map(([sweep]) => sweep)).toEqual(['other', 'sample']);
  });

  test('takes starts of ids, and names for trials, wherever ids are compared', async () => {
    const runs = async (where: string) => {
      const trialNames = new Map([['#1', 'aa-trial']]);
      return (await reader.query({ sweep: 'sample', where, columns: ['run'], trialNames })).rows.flat();
    };
    expect(await runs('trial = aa-t')).toEqual(['aa-1', 'aa-2']);
    expect(await runs('trial = #1 and run != aa-1')).toEqual(['aa-2']);
    expect(await runs("trial in (#1, 'bb') and not (run = bb-2)")).toEqual(['aa-1', 'aa-2', 'bb-1']);
    expect(await runs('trial = constructor or run = zz')).toEqual([]);
    await expect(runs('run = bb')).rejects.toThrow(
      expect.objectContaining({ fix: 'Give more of the id: run bb-1, run bb-2.' }),
    );
  });

  test('sorts by several columns, the empty ones last', async () => {
    const sorted = async (...sort: string[]) =>
      (await reader.query({ sweep: 'sample', sort, columns: ['run'], limit: 5 })).rows.flat();
    expect(await sorted('-macro_f1', '-gamma')).toEqual(['aa-2', 'bb-1', 'cc-1', 'aa-1', 'dd-1']);
    expect(await sorted('macro_f1', '-run')).toEqual(['aa-1', 'cc-1', 'bb-1', 'aa-2', 'dd-2']);
  });

  test('selects columns, or all of them', async () => {
    expect(await reader.query({ columns: ['seed', 'run'], limit: 1, sweep: 'sample' })).toEqual({
      columns: ['seed', 'run'],
      rows: [[1, 'aa-1']],
    });
    expect((await reader.query({ columns: ['all'] })).columns).toContain('duration_ms');
  });

  test('suggests the column that was meant', async () => {
    await expect(reader.query({ columns: ['macrof1'] })).rejects.toThrow(/Did you mean "macro_f1"/);
    await expect(reader.query({ sort: ['-sed'] })).rejects.toThrow(/no column "sed".*Did you mean "seed"/);
  });
});

describe('the views', () => {
  test.each(['runs_wide', 'leaderboard', 'class_recall'])('%s has the documented columns', async (view) => {
    const { columns } = await reader.sql(`SELECT * FROM ${view} LIMIT 0`, 20_000);
    expect(columns).toEqual(
      VIEW_COLUMNS.filter((column) => column.view === view).map(({ column }) => column),
    );
  });

  test('leaderboard ranks trials by their mean over seeds, and knows the baseline', async () => {
    const { rows } = await reader.sql(
      `SELECT rank, trial, is_baseline, alpha, seeds, macro_f1, macro_f1_sd, rare_recall, epochs_trained
       FROM leaderboard WHERE sweep = 'sample' ORDER BY position`,
      20_000,
    );
    const near = (value: number) => expect.closeTo(value, 12);
    expect(rows).toEqual([
      [1, 'aa-trial', 1, 1, 2, 0.625, near(Math.sqrt(0.03125)), near(0.615), 3],
      [3, 'bb-trial', 0, 'balanced', 1, 0.6, null, near(0.59), 3],
      [2, 'cc-trial', 0, '{"effective_number":0.999}', 1, 0.6, null, 0.9, 3],
      [null, 'dd-trial', 0, '{"Dridex":3,"benign":0.5}', 0, null, null, null, null],
    ]);
  });

  test('leaderboard ranks a loss the other way round, and one that diverged last', async () => {
    const otherPath = `${folder}/by-loss.db`;
    const other = await openStore(otherPath).writer();
    await other.open(sampleSweep({ metric: { name: 'log_loss', goal: 'minimize' } }));
    const diverged = sampleResult('bb-2', 0.2);
    const metrics = { ...diverged.validation.metrics, log_loss: Number.NaN };
    await other.record([
      ...finished({ 'aa-1': 0.9, 'bb-1': 0.2, 'cc-1': 0.4 }),
      complete({ ...diverged, validation: { ...diverged.validation, metrics } }),
    ]);
    await other.close();
    const otherReader = await openStore(otherPath).reader();
    const { rows } = await otherReader.sql(
      'SELECT trial, rank, log_loss FROM leaderboard WHERE seeds > 0 ORDER BY rank',
      20_000,
    );
    expect(rows).toEqual([
      ['cc-trial', 1, expect.closeTo(0.34, 12)],
      ['aa-trial', 2, expect.closeTo(0.84, 12)],
      ['bb-trial', 3, null],
    ]);
  });

  test('class_recall names the classes and says which are rare', async () => {
    const { rows } = await reader.sql(
      `SELECT class, support, is_rare, recall FROM class_recall WHERE sweep = 'sample' AND run = 'aa-1'`,
      20_000,
    );
    expect(rows).toEqual([
      ['benign', 3, 0, 0.5],
      ['Emotet', 2, 0, 0.25],
      ['Dridex', 1, 1, 0.5 / 3],
    ]);
  });
});

describe('sql', () => {
  const refused = async (statement: string, timeLimitMs = 20_000): Promise<UserError> => {
    const error = await reader.sql(statement, timeLimitMs).catch((caught: unknown) => caught);
    if (error instanceof UserError) return error;
    throw new Error(`"${statement}" was not refused`, { cause: error });
  };

  test('gives cells as numbers, texts and nulls', async () => {
    const statement =
      "SELECT 1 AS a, 0.5 AS a, 'x' AS c, NULL AS d, x'00ff' AS e, 9007199254740993 AS f, 1e999 AS g;";
    expect(await reader.sql(statement, 20_000)).toEqual({
      columns: ['a', 'a', 'c', 'd', 'e', 'f', 'g'],
      rows: [[1, 0.5, 'x', null, "x'00ff'", '9007199254740993', Number.POSITIVE_INFINITY]],
    });
  });

  test.each([
    'DELETE FROM runs',
    'DELETE FROM runs RETURNING run_id',
    "ATTACH '/tmp/elsewhere.db' AS other",
    "VACUUM INTO '/tmp/elsewhere.db'",
    'CREATE TEMP TABLE mine (x)',
    'PRAGMA user_version = 7',
    'PRAGMA journal_mode = delete',
    'BEGIN IMMEDIATE',
  ])('refuses what does more than read: %s', async (statement) => {
    expect(await refused(statement)).toMatchObject({
      where: '--sql',
      message: 'the statement is not read-only',
    });
  });

  test.each(['', ' ;', '-- nothing', 'SELECT 1; SELECT 2'])(
    'refuses other than one statement: "%s"',
    async (statement) => {
      expect((await refused(statement)).message).toBe('there must be exactly one statement');
    },
  );

  test('passes on what SQLite says of a mistake', async () => {
    expect((await refused('SELECT * FROM rnus')).message).toBe('no such table: rnus');
    expect((await refused('SELEC 1')).message).toMatch(/syntax error/);
  });

  test('bounds the memory of the rows, of one value, and of what SQLite does in between', async () => {
    const numbers = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 200)';
    const rows = `${numbers} SELECT hex(zeroblob(2000000)) FROM c`;
    expect((await refused(rows)).message).toBe('the rows of the statement take more than 64 MB');
    const small = await reader.sql(`${numbers} SELECT n FROM c`, 20_000, 200 * 48);
    expect(small.rows).toHaveLength(200);
    await expect(reader.sql(`${numbers} SELECT n FROM c`, 20_000, 199 * 48)).rejects.toThrow(
      /take more than/,
    );
    const one = 'SELECT length(replace(hex(zeroblob(200000000)), 0, 11))';
    expect((await refused(one)).message).toMatch(/took more memory than the 512 MB it may/);
  });

  test('stops a statement that does not end, before its first row and after', async () => {
    const endless = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)';
    expect((await refused(`${endless} SELECT count(*) FROM c`, 500)).message).toMatch(/longer than 0.5 s/);
    await vi.waitFor(() => expect(process.getActiveResourcesInfo()).not.toContain('ProcessWrap'));
    expect((await refused(`${endless} SELECT n FROM c`)).message).toMatch(/more than 1000000 rows/);
  });
});

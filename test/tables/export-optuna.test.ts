import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exactMean } from '../../src/metrics/estimates/exact-mean.js';
import { Database } from '../../src/store/sqlite/file/driver.js';
import type { SweepReader } from '../../src/store/store.js';
import { exportOptuna } from '../../src/tables/optuna/export-optuna.js';
import { recordedStore } from './recorded-store.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-optuna-'));
const path = join(folder, 'optuna.db');
let reader: SweepReader;
let database: InstanceType<typeof Database>;

const fixture = (name: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`./fixtures/${name}.json`, import.meta.url)), 'utf8'));
const rows = (query: string) => database.prepare(query).raw().all();

beforeAll(async () => {
  reader = await recordedStore(join(folder, 'recorded.db'));
  expect(await exportOptuna(reader, { sweeps: ['sample', 'programs'], path })).toBe(11);
  database = new Database(path, { readonly: true });
});
afterAll(async () => {
  database.close();
  await reader.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the file has the tables and versions of one that Optuna made', () => {
  const { tables, versions } = fixture('optuna-schema');
  const names = rows("select name from sqlite_schema where type = 'table' order by name").flat();
  expect(names).toEqual(Object.keys(tables));
  const found = names.map((name) => [
    name,
    rows(`select name, type, "notnull", pk from pragma_table_info('${name}')`),
  ]);
  expect(Object.fromEntries(found)).toEqual(tables);
  expect(rows('select version_info_id, schema_version from version_info')).toEqual(versions.version_info);
  expect(rows('select * from alembic_version')).toEqual(versions.alembic_version);
  expect(rows('pragma foreign_key_check')).toEqual([]);
});

// Optuna 5.0.0 read the same rows as they are meant: see the page on the database.
test('its rows are those that Optuna has read back', () => {
  const tables = Object.keys(fixture('optuna-schema').tables);
  const found = tables.map((table) => {
    const columns = database
      .prepare(`select * from ${table}`)
      .columns()
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('datetime'));
    return [table, rows(`select ${columns.map((name) => `"${name}"`).join(', ')} from ${table}`)];
  });
  expect(Object.fromEntries(found)).toEqual(fixture('optuna-rows'));
});

test('a trial that is over has both times, a waiting one none', () => {
  const times = rows('select state, datetime_start, datetime_complete from trials where study_id = 1');
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
  expect(times).toEqual([
    ['COMPLETE', time, time],
    ['COMPLETE', time, time],
    ['WAITING', null, null],
    ['FAIL', time, time],
    ['RUNNING', time, null],
    ['PRUNED', time, time],
    // One of its seeds has no number.
    ['FAIL', time, time],
  ]);
});

test('a value is the mean that a report shows', async () => {
  const runs = await reader.runs('sample');
  const scores = runs.filter(({ trialId }) => trialId === 'aa-trial').map((run) => run.validation.macro_f1);
  const value = rows('select value from trial_values where trial_id = 1');
  expect([scores.length, value]).toEqual([2, [[exactMean(scores)]]]);
});

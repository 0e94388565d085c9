// What only a server has: other machines, roles, restarts, and copies to and from files.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.js';
import { openStore } from '../../src/store/open-store.js';
import { openServer } from '../../src/store/postgres/postgres-store.js';
import type { Tables } from '../../src/store/sql/schema.js';
import { ALL_TABLES } from '../../src/store/sql/sweeps/owned-tables.js';
import { openForReading } from '../../src/store/sqlite/file/open-database.js';
import type { Store } from '../../src/store/store.js';
import { rejection } from '../thrown.js';
import { describeServer, schemaOf } from './postgres-server.js';
import { complete, finished, sampleResult, sampleSweep, started } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const HUSHED_PROXY = fileURLToPath(new URL('./hushed-proxy.mjs', import.meta.url));
const ASKING_THREAD = fileURLToPath(new URL('./asking-thread.mjs', import.meta.url));
const folder = temporaryFolder();
let files = 0;
const freshFile = () => join(folder, `${++files}.db`);

async function fingerprintOf(store: Store): Promise<string> {
  const reader = await store.reader();
  const found = await reader.fingerprint('sample');
  await reader.close();
  return found;
}

async function record(store: Store, scores: Parameters<typeof finished>[0]): Promise<void> {
  const writer = await store.writer();
  await writer.open(sampleSweep());
  await writer.record(finished(scores));
  await writer.close();
}

async function copy(from: string, to: string) {
  const target = openStore(to);
  if (!(await target.exists())) await (await target.writer()).close();
  const keeper = await target.keeper();
  try {
    return await keeper.merge({ from });
  } finally {
    await keeper.close();
  }
}

describeServer('a PostgreSQL server', (server) => {
  test('finishes a sweep that began on a file, and gives it back', async () => {
    const [file, whole, url] = [freshFile(), freshFile(), server.freshUrl()];
    await record(openStore(file), { 'aa-1': 0.5, 'aa-2': 1 / 3 });
    expect(await copy(file, url)).toMatchObject([{ sweep: 'sample', outcome: 'added', results: 2 }]);
    expect(await fingerprintOf(openStore(url))).toBe(await fingerprintOf(openStore(file)));
    await record(openStore(url), { 'bb-1': 0.7, 'bb-2': 0.1 });
    expect(await copy(url, file)).toMatchObject([{ sweep: 'sample', results: 2 }]);
    expect(await copy(url, file)).toMatchObject([{ outcome: 'unchanged' }]);
    expect(await copy(file, url)).toMatchObject([{ outcome: 'unchanged' }]);
    await record(openStore(whole), { 'aa-1': 0.5, 'aa-2': 1 / 3, 'bb-1': 0.7, 'bb-2': 0.1 });
    const expected = await fingerprintOf(openStore(whole));
    expect(await fingerprintOf(openStore(file))).toBe(expected);
    expect(await fingerprintOf(openStore(url))).toBe(expected);
  });

  test('has the columns of a file, in the same order', async () => {
    const [file, url] = [freshFile(), server.freshUrl()];
    for (const store of [file, url]) await (await openStore(store).writer()).close();
    const [there, here] = [openServer(url), openForReading(file)];
    for (const table of ALL_TABLES) {
      const name = table as keyof Tables;
      expect([table, ...there.columns(name)]).toEqual([table, ...here.columns(name)]);
    }
    there.close();
    here.close();
  });

  test('copies from one of its schemas to another, but not to itself', async () => {
    const [one, other] = [server.freshUrl(), server.freshUrl()];
    await record(openStore(one), { 'aa-1': 0.5 });
    expect(await copy(one, other)).toMatchObject([{ outcome: 'added', results: 1 }]);
    await expect(copy(one, one)).rejects.toThrow(/cannot be merged with itself/);
    // The same tables by another URL.
    await expect(copy(`${one}&connect_timeout=9`, one)).rejects.toThrow(/cannot be merged with itself/);
  });

  test('refuses a copy of a run with another result, and copies nothing', async () => {
    const [file, url] = [freshFile(), server.freshUrl()];
    await record(openStore(url), { 'aa-1': 0.5 });
    await record(openStore(file), { 'aa-1': 0.25, 'bb-1': 0.5 });
    const before = await fingerprintOf(openStore(url));
    await expect(copy(file, url)).rejects.toThrow(/aa-1.* differs between the databases/);
    expect(await fingerprintOf(openStore(url))).toBe(before);
  });

  test('that restarts between two calls loses nothing, and the writer goes on', async () => {
    const url = server.freshUrl();
    const notes: string[] = [];
    const writer = await openStore(url).writer((text) => notes.push(text));
    await writer.open(sampleSweep());
    await writer.record(finished({ 'aa-1': 0.5 }));
    server.stop();
    server.start();
    await writer.record(finished({ 'bb-1': 0.7 }));
    expect(await writer.beat()).toBe('go on');
    await writer.close();
    const reader = await openStore(url).reader();
    expect((await reader.runs('sample')).map(({ runId }) => runId)).toEqual(['aa-1', 'bb-1']);
    expect((await reader.attempts('sample')).map(({ runId }) => runId)).toEqual(['aa-1', 'bb-1']);
    await reader.close();
  });

  test('whose connection stays half open loses nothing, and the writer goes on over another', async () => {
    const [direct, undisturbed] = [server.freshUrl(), server.freshUrl()];
    const [, folderOfSocket] = /host=([^&]*)/.exec(direct) ?? [];
    const proxy = new Worker(HUSHED_PROXY, { workerData: `${folderOfSocket}/.s.PGSQL.5432` });
    const [port] = await once(proxy, 'message');
    const through = `postgres://owner@127.0.0.1:${port}/postgres?schema=${schemaOf(direct)}`;
    const writer = await openStore(through).writer();
    await writer.open(sampleSweep());
    await writer.record(finished({ 'aa-1': 0.5 }));
    proxy.postMessage('hush');
    await once(proxy, 'message');
    await writer.record(finished({ 'aa-2': 0.25 }));
    await record(openStore(undisturbed), { 'aa-1': 0.5, 'aa-2': 0.25 });
    expect(await fingerprintOf(openStore(direct))).toBe(await fingerprintOf(openStore(undisturbed)));
    await writer.close();
    await proxy.terminate();
  }, 60_000);

  test('whose tables another version changes meanwhile is read and written on', async () => {
    const url = server.freshUrl();
    const writer = await openStore(url).writer();
    await writer.open(sampleSweep());
    for (let times = 0; times < 3; times++) expect(await writer.beat()).toBe('go on');
    const schema = schemaOf(url);
    server.psql(`ALTER TABLE ${schema}.holders ADD COLUMN later integer`);
    expect(await writer.beat()).toBe('go on');
    await writer.record(finished({ 'aa-1': 0.5 }));
    await writer.close();
    expect(await (await openStore(url).reader()).runs('sample')).toHaveLength(1);
  });

  test('of the version before is brought up to date with everything in it', async () => {
    const url = server.freshUrl();
    const store = openStore(url);
    await record(store, { 'aa-1': 0.5 });
    const before = await fingerprintOf(store);
    const schema = schemaOf(url);
    for (const table of ['epochs', 'live_epochs'])
      server.psql(`ALTER TABLE ${schema}.${table} DROP COLUMN expected_cost`);
    server.psql(`DROP TABLE ${schema}.score_draws`);
    server.psql(`UPDATE ${schema}.about_focalsweep SET version = 1`);
    expect(await fingerprintOf(store)).toBe(before);
    await record(store, { 'bb-1': 0.7 });
    const keeper = await store.keeper();
    expect(await keeper.check({ repair: false })).toEqual({ results: 2, problems: [] });
    await keeper.close();
  });

  test('answers each of many threads that ask at once', async () => {
    const workerData = { url: server.freshUrl(), questions: 800 };
    const threads = Array.from({ length: 8 }, () => new Worker(ASKING_THREAD, { workerData }));
    const wrong = await Promise.all(threads.map((thread) => once(thread, 'message')));
    expect(wrong.flat()).toEqual(Array(8).fill(0));
  });

  test('that cannot be reached is a mistake that says what to do', async () => {
    const error = await rejection(() => openStore('postgres://owner@127.0.0.1:1/none').reader());
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: expect.stringMatching(/cannot be reached/), exitCode: 4 });
  });

  test('finds what was changed without focalsweep, and check repairs it', async () => {
    const url = server.freshUrl();
    await record(openStore(url), { 'aa-1': 0.5, 'bb-1': 0.7 });
    const schema = schemaOf(url);
    server.psql(`UPDATE ${schema}.split_metrics SET macro_f1 = 0.9 WHERE run_id = 'aa-1'`);
    const reader = await openStore(url).reader();
    await expect(reader.runs('sample')).rejects.toThrow(/run aa-1 is corrupt/);
    await reader.close();
    const keeper = await openStore(url).keeper();
    expect((await keeper.check({ repair: false })).problems).toMatchObject([{ repaired: false }]);
    expect((await keeper.check({ repair: true })).problems).toMatchObject([{ repaired: true }]);
    expect((await keeper.check({ repair: false })).problems).toEqual([]);
    await keeper.close();
    const after = await openStore(url).reader();
    expect((await after.runs('sample')).map(({ runId }) => runId)).toEqual(['bb-1']);
    await after.close();
  });

  test.each([
    ['DELETE FROM runs', /not read-only/],
    ['select 1; drop table checksums', /exactly one statement/],
    ['select 1; commit', /exactly one statement/],
    ['commit', /not read-only/],
    ["select setval('claims_token_seq', 1)", /not read-only/],
    ['with gone as (delete from checksums returning 1) select * from gone', /not read-only/],
    ['select pg_sleep(60)', /took longer than 1 s/],
    ['select nope from runs', /column "nope" does not exist/],
    ["select repeat('x', 1000000) from generate_series(1, 500)", /more than 4 MB/],
  ])('does not run the statement %s', async (statement, message) => {
    const url = server.freshUrl();
    await record(openStore(url), { 'aa-1': 0.5 });
    const reader = await openStore(url).reader();
    // Only what sleeps is to run out of time, on a slow machine as well.
    const timeLimitMs = statement.includes('sleep') ? 1000 : 60_000;
    await expect(reader.sql(statement, timeLimitMs, 4 * 2 ** 20)).rejects.toThrow(message);
    expect(
      await reader.sql(
        'select run, alpha, is_rare is null as no from runs_wide left join dataset_classes on false where state = $$complete$$;',
        60_000,
      ),
    ).toEqual({
      columns: ['run', 'alpha', 'no'],
      rows: [['aa-1', '1', 1]],
    });
    await reader.close();
  });

  test('takes no password in its URL, and shows none', async () => {
    for (const url of ['postgres://me:geheim@host/db', 'postgres://me@host/db?password=geheim']) {
      const error = (await rejection(() => openStore(url).reader())) as UserError;
      expect(error.message).toMatch(/password/);
      expect(`${error.message} ${error.where} ${error.fix}`).not.toMatch(/geheim/);
    }
  });

  test('lets a reader read, a worker record and a planner change tables, with the roles of the docs', async () => {
    const page = readFileSync(new URL('../../docs/database.md', import.meta.url), 'utf8');
    const roles = /^```sql\n(CREATE ROLE planner[\s\S]*?)^```/m.exec(page)?.[1] ?? '';
    const [planner = '', others = ''] = roles.split(/(?=^CREATE ROLE worker)/m);
    server.psql('CREATE DATABASE sweeps');
    server.psql(planner);
    const url = server
      .freshUrl()
      .replace('/postgres?', '/sweeps?')
      .replace(/&schema=.*/, '');
    const as = (role: string, more = '') => openStore(url.replace('owner@', `${role}@`) + more);
    await record(as('planner'), { 'aa-1': 0.5 });
    server.psql(others, 'sweeps');
    expect(await fingerprintOf(as('reader'))).toBe(await fingerprintOf(as('planner')));
    await expect(record(as('reader'), { 'bb-1': 0.5 })).rejects.toThrow(/may not do that/);
    await record(as('worker'), { 'bb-1': 0.5 });
    // As if the views were those of an older version: who owns them creates them anew, and all may still read.
    server.psql("UPDATE focalsweep.about_focalsweep SET views = ''", 'sweeps');
    await expect(as('worker').writer()).rejects.toThrow(/may not do that/);
    await (await as('planner').writer()).close();
    const reader = await as('reader').reader();
    expect((await reader.query({})).rows).toHaveLength(8);
    await reader.close();
    for (const role of ['reader', 'worker']) {
      await expect(as(role, '&schema=other').writer()).rejects.toThrow(/may not do that/);
      const drop = () => server.psql('DROP TABLE focalsweep.results CASCADE', 'sweeps', role);
      expect(drop).toThrow(/must be owner/);
    }
  });

  test('a claim of a machine that died ends with its lease, by the clock of the server', async () => {
    const url = server.freshUrl();
    const schema = schemaOf(url);
    const holder = await openStore(url).writer();
    await holder.open(sampleSweep());
    const guest = await openStore(url).writer();
    await guest.join('sample');
    const request = { sweep: 'sample', runs: ['aa-1'], most: 1, leaseMs: 60_000 };
    const [lost] = await guest.claim(request);
    // As if it had been another machine of the same name, with its own processes.
    server.psql(`UPDATE ${schema}.claims SET process_start = '1@another-boot@pid:[1]', pid = 1`);
    expect(await holder.claim(request)).toEqual([]);
    server.pass(url, 60_001);
    const [claim] = await holder.claim(request);
    expect(claim?.token).toBeGreaterThan(lost?.token ?? Number.POSITIVE_INFINITY);
    const late = [started('aa-1'), complete(sampleResult('aa-1', 0.5))];
    await expect(guest.record(late.map((event) => ({ ...event, claim: lost?.token })))).rejects.toThrow(
      /was claimed by another process/,
    );
    await holder.record(late.map((event) => ({ ...event, claim: claim?.token })));
    await guest.close();
    await holder.close();
  });

  test('keeps every result that a writer recorded before it was killed', async () => {
    const url = server.freshUrl();
    const sweep = sampleSweep({ seeds: Array.from({ length: 500 }, (_, seed) => seed) });
    const recorded = new Set<unknown>();
    for (const kill of [1, 3, 10, 25]) {
      const child = fork(fileURLToPath(new URL('./endless-writer.mjs', import.meta.url)), {
        execArgv: [],
        serialization: 'advanced',
      });
      let own = 0;
      child.on('message', (runId) => {
        recorded.add(runId);
        if (++own === kill) child.kill('SIGKILL');
      });
      child.send({ path: url, sweep, result: sampleResult('', 0.5) });
      await once(child, 'close');
    }
    const reader = await openStore(url).reader();
    const known = new Set((await reader.runs('sample')).map(({ runId }) => runId));
    expect(recorded.size).toBeGreaterThanOrEqual(25);
    expect([...recorded].filter((runId) => !known.has(String(runId)))).toEqual([]);
    for (const runId of known) expect((await reader.run(runId)).result).toEqual(sampleResult(runId, 0.5));
    await reader.close();
    const writer = await openStore(url).writer();
    expect([...(await writer.open(sweep)).values()]).not.toContain('running');
    await writer.close();
    const keeper = await openStore(url).keeper();
    expect((await keeper.check({ repair: false })).problems).toEqual([]);
    await keeper.close();
  });
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { EXIT, UserError } from '../../src/errors.js';
import { openStore } from '../../src/store/open-store.js';
import { explainDatabaseError } from '../../src/store/sqlite/file/database-errors.js';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { describeCareContract } from './care-contract.js';
import { describeOfferContract } from './offer-contract.js';
import { describeProgramContract } from './program-contract.js';
import { changeRaw } from './raw-changes.js';
import { finished, sampleResult, sampleSweep, started } from './sample-sweep.js';
import { describeShardsContract } from './shards-contract.js';
import { describeStoreContract } from './store-contract.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
let databases = 0;
const freshPath = () => join(folder, `${++databases}`, 'store.db');

const create = () => {
  const path = freshPath();
  return { ...openStore(path), place: path, dispose: () => rmSync(path, { force: true }) };
};
describeStoreContract('SQLite store', create);
describeProgramContract('SQLite store with programs', create);
describeOfferContract('a sweep of an SQLite store', create);
describeCareContract('SQLite store', create);
describeShardsContract('SQLite store', create);

/** The UserError that the work throws. */
async function userErrorOf(work: () => Promise<unknown>): Promise<UserError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the database file', () => {
  test('is made with its folder', async () => {
    const path = join(folder, 'deep', 'er', 'store.db');
    await (await openStore(path).writer()).close();
    expect(existsSync(path)).toBe(true);
    expect(await (await openStore(path).reader()).sweeps()).toEqual([]);
    await expect((await openStore(path).reader()).sweep()).rejects.toThrow(/no sweep yet/);
  });

  test.each([
    ['postgress://ada:secret@db/x', /"postgress:" is no kind of database.*Did you mean "postgres"\?/],
    ['mysql://ada:se@secret?cret@db/x', /"mysql:" is no kind/],
    ['postgresql+psycopg2://ada:secret@db/x?password=secret', /"postgresql\+psycopg2:" is no kind/],
    ['sqlite:ada:secret@x.db', /"sqlite:" is no kind/],
    ['postgres:ada:secret@db/x', /"postgres:" is no kind/],
    ['FTP:x.db', /"FTP:" is no kind/],
    ['file://elsewhere/x.db', /this URL names no file/],
  ])('is not made of the URL %s, whose password nobody sees', async (url, message) => {
    for (const open of ['exists', 'reader', 'writer', 'keeper'] as const) {
      const error = await userErrorOf(() => openStore(url)[open]());
      expect(error.message).toMatch(message);
      expect(`${error.message} ${error.where} ${error.fix}`).not.toMatch(/secret/);
    }
  });

  test('may have a colon in its name, and file: before it in any case', async () => {
    for (const [url, path] of [
      [join(folder, 'a:b.db'), join(folder, 'a:b.db')],
      [`FILE:${join(folder, 'upper.db')}`, join(folder, 'upper.db')],
    ] as const) {
      await (await openStore(url).writer()).close();
      expect(existsSync(path)).toBe(true);
    }
    expect(await openStore('a:b.db').exists()).toBe(false);
  });

  test('that is missing is a mistake of the user, and is not made by reading', async () => {
    const path = freshPath();
    const error = await userErrorOf(() => openStore(path).reader());
    expect(error).toMatchObject({ where: path, exitCode: EXIT.database });
    expect(existsSync(path)).toBe(false);
  });

  test('of another program is refused and left alone', async () => {
    const path = join(folder, 'foreign.db');
    const foreign = new Database(path);
    foreign.exec('CREATE TABLE songs (title TEXT)');
    foreign.close();
    for (const open of ['reader', 'writer'] as const) {
      expect(await userErrorOf(() => openStore(path)[open]())).toMatchObject({
        where: path,
        exitCode: EXIT.database,
      });
    }
    const tables = new Database(path).prepare('SELECT name FROM sqlite_schema').pluck().all();
    expect(tables).toEqual(['songs']);
  });

  test('that is no database is said', async () => {
    const path = join(folder, 'letter.db');
    writeFileSync(path, 'Dear Sir or Madam, '.repeat(1000));
    for (const open of ['reader', 'writer'] as const) {
      expect(await userErrorOf(() => openStore(path)[open]())).toMatchObject({
        message: 'the file is not an SQLite database',
        exitCode: EXIT.database,
      });
    }
  });

  test('that is damaged is said', async () => {
    const path = freshPath();
    const writer = await openStore(path).writer();
    await writer.open(sampleSweep());
    await writer.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, 4096));
    expect(await userErrorOf(async () => (await openStore(path).reader()).sweeps())).toMatchObject({
      message: 'the database is damaged',
      where: path,
      exitCode: EXIT.database,
    });
  });

  test('that was killed in the middle of a write without a log is rolled back, by a reader too', async () => {
    const path = freshPath();
    const writer = await openStore(path).writer();
    await writer.open(sampleSweep());
    await writer.record(finished({ 'aa-1': 0.5 }));
    await writer.close();
    const killed = join(folder, 'killed.db');
    const raw = new Database(path);
    raw.pragma('journal_mode = delete');
    raw.pragma('cache_size = 1');
    // More than the cache holds is written before its time: so the file as it is now needs its journal.
    raw.exec('BEGIN IMMEDIATE; UPDATE epochs SET train_loss = 9; UPDATE class_metrics SET recall = 0.1');
    for (const suffix of ['', '-journal']) copyFileSync(path + suffix, killed + suffix);
    raw.exec('ROLLBACK');
    raw.close();
    expect(() => new Database(killed, { readonly: true }).pragma('user_version')).toThrow(
      /readonly database/,
    );
    const fingerprintOf = async (one: string) => {
      const reader = await openStore(one).reader();
      const print = await reader.fingerprint('sample');
      await reader.close();
      return print;
    };
    expect(await fingerprintOf(killed)).toBe(await fingerprintOf(path));
  });

  test('whose definitions changed on disk gives no figures by them: views are made again, tables are refused', async () => {
    const path = freshPath();
    const writer = await openStore(path).writer();
    await writer.open(sampleSweep());
    await writer.record(finished({ 'aa-1': 0.5 }));
    await writer.close();
    const rows = async () => {
      const reader = await openStore(path).reader();
      try {
        return (await reader.query({ columns: ['run', 'macro_f1'], where: 'macro_f1 > 0' })).rows;
      } finally {
        await reader.close();
      }
    };
    const before = await rows();
    expect(before).toHaveLength(1);
    const replace = (text: string, by: string) => {
      // Pages that wait in the write-ahead log would hide what is changed in the file.
      changeRaw(path, 'PRAGMA wal_checkpoint(TRUNCATE)');
      const bytes = readFileSync(path, 'latin1');
      expect(bytes).toContain(text);
      writeFileSync(path, bytes.replaceAll(text, by.padEnd(text.length)), 'latin1');
    };
    replace("AND scores.split = 'validation'", "AND scores.split = 'test'");
    expect(await rows()).toEqual(before);
    replace('CREATE TABLE split_metrics', 'CREATE TABLE split_metricz');
    await expect(rows()).rejects.toThrow(/the database is damaged/);
  });

  test('of an older schema is brought up to date, by a reader too', async () => {
    for (const open of ['reader', 'writer'] as const) {
      const path = join(folder, `older-${open}.db`);
      const raw = new Database(path);
      raw.pragma(`application_id = ${0x46535750}`);
      raw.close();
      await (await openStore(path)[open]()).close();
      expect(await (await openStore(path).reader()).sweeps()).toEqual([]);
    }
  });

  test('tells runs of a living process from those of a dead one', async () => {
    const path = freshPath();
    const writer = await openStore(path).writer();
    await writer.open(sampleSweep());
    // Another sweep with the same runs, which a living process trains.
    await writer.open(sampleSweep({ name: 'other' }));
    await writer.record([started('aa-1', 'other'), started('aa-2')]);
    changeRaw(
      path,
      `UPDATE attempts SET pid = ${process.ppid} WHERE run_id = 'aa-1';
       UPDATE attempts SET pid = 1073741824 WHERE run_id = 'aa-2';
       UPDATE holders SET pid = ${process.ppid}, process_start = '' WHERE sweep = 'other'`,
    );
    const states = await writer.open(sampleSweep());
    expect([states.get('aa-1'), states.get('aa-2')]).toEqual(['running', 'interrupted']);
    await writer.close();
  });

  test('of a newer schema is refused', async () => {
    const path = freshPath();
    await (await openStore(path).writer()).close();
    const raw = new Database(path);
    raw.pragma('user_version = 999');
    raw.close();
    for (const open of ['reader', 'writer'] as const) {
      expect((await userErrorOf(() => openStore(path)[open]())).message).toMatch(
        /schema 999, written by a newer focalsweep/,
      );
    }
  });

  test('is read while it is written, and durable', async () => {
    const path = freshPath();
    const writer = await openStore(path).writer();
    await writer.open(sampleSweep());
    const reader = await openStore(path).reader();
    expect(await reader.runs('sample')).toHaveLength(0);
    await writer.record(finished({ 'aa-1': 0.5 }));
    expect(await reader.runs('sample')).toHaveLength(1);
    const raw = new Database(path, { readonly: true });
    expect(raw.pragma('journal_mode', { simple: true })).toBe('wal');
    raw.close();
    await reader.close();
    await writer.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  test('that is locked is said in plain words', async () => {
    const path = freshPath();
    await (await openStore(path).writer()).close();
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    const impatient = new Database(path, { timeout: 0 });
    let error: unknown;
    try {
      impatient.exec('BEGIN IMMEDIATE');
    } catch (caught) {
      error = explainDatabaseError(caught, path);
    }
    expect(error).toMatchObject({
      message: 'the database is locked by another program',
      where: path,
      exitCode: EXIT.database,
    });
    await other.close();
    impatient.close();
  });

  test('in a place that cannot be a folder is a mistake of the user', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect((await userErrorOf(() => openStore(join(file, 'store.db')).writer())).exitCode).toBe(
      EXIT.database,
    );
  });

  test('survives a writer that is killed between records', async () => {
    const path = freshPath();
    const sweep = sampleSweep({ seeds: Array.from({ length: 2000 }, (_, seed) => seed) });
    const child = fork(fileURLToPath(new URL('./endless-writer.mjs', import.meta.url)), {
      execArgv: [],
      serialization: 'advanced',
    });
    const recorded: unknown[] = [];
    child.on('message', (runId) => {
      recorded.push(runId);
      if (recorded.length === 20) child.kill('SIGKILL');
    });
    child.send({ path, sweep, result: sampleResult('', 0.5) });
    await once(child, 'close');
    expect(recorded.length).toBeGreaterThanOrEqual(20);

    const reader = await openStore(path).reader();
    const known = new Set((await reader.runs('sample')).map(({ runId }) => runId));
    expect(recorded.filter((runId) => !known.has(String(runId)))).toEqual([]);
    for (const runId of known) expect((await reader.run(runId)).result).toEqual(sampleResult(runId, 0.5));
    await reader.close();

    const writer = await openStore(path).writer();
    const states = new Set((await writer.open(sweep)).values());
    expect(states.has('running')).toBe(false);
    await writer.close();
    const raw = new Database(path, { readonly: true });
    expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
    raw.close();
  });
});

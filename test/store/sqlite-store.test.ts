import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { EXIT, UserError } from '../../src/errors.js';
import { explainDatabaseError } from '../../src/store/sqlite/file/database-errors.js';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { openReader, openWriter } from '../../src/store/sqlite/sqlite-store.js';
import { changeRaw } from './raw-changes.js';
import { finished, sampleResult, sampleSweep, started } from './sample-sweep.js';
import { describeStoreContract } from './store-contract.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
let databases = 0;
const freshPath = () => join(folder, `${++databases}`, 'store.db');

describeStoreContract('SQLite store', () => {
  const path = freshPath();
  return {
    openWriter: () => openWriter(path),
    openReader: () => openReader(path),
    dispose: () => rmSync(path, { force: true }),
  };
});

/** The UserError that the work throws. */
function userErrorOf(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the database file', () => {
  test('is made with its folder', () => {
    const path = join(folder, 'deep', 'er', 'store.db');
    openWriter(path).close();
    expect(existsSync(path)).toBe(true);
    expect(openReader(path).sweeps()).toEqual([]);
    expect(() => openReader(path).sweep()).toThrow(/no sweep yet/);
  });

  test('that is missing is a mistake of the user, and is not made by reading', () => {
    const path = freshPath();
    const error = userErrorOf(() => openReader(path));
    expect(error).toMatchObject({ where: path, exitCode: EXIT.database });
    expect(existsSync(path)).toBe(false);
  });

  test('of another program is refused and left alone', () => {
    const path = join(folder, 'foreign.db');
    const foreign = new Database(path);
    foreign.exec('CREATE TABLE songs (title TEXT)');
    foreign.close();
    for (const open of [openReader, openWriter]) {
      expect(userErrorOf(() => open(path))).toMatchObject({ where: path, exitCode: EXIT.database });
    }
    const tables = new Database(path).prepare('SELECT name FROM sqlite_schema').pluck().all();
    expect(tables).toEqual(['songs']);
  });

  test('that is no database is said', () => {
    const path = join(folder, 'letter.db');
    writeFileSync(path, 'Dear Sir or Madam, '.repeat(1000));
    for (const open of [openReader, openWriter]) {
      expect(userErrorOf(() => open(path))).toMatchObject({
        message: 'the file is no SQLite database',
        exitCode: EXIT.database,
      });
    }
  });

  test('that is damaged is said', () => {
    const path = freshPath();
    const writer = openWriter(path);
    writer.open(sampleSweep());
    writer.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, 4096));
    expect(userErrorOf(() => openReader(path).sweeps())).toMatchObject({
      message: 'the database is damaged',
      where: path,
      exitCode: EXIT.database,
    });
  });

  test('that was killed in the middle of a write without a log is rolled back, by a reader too', () => {
    const path = freshPath();
    const writer = openWriter(path);
    writer.open(sampleSweep());
    writer.record(finished({ 'aa-1': 0.5 }));
    writer.close();
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
    const [before, after] = [path, killed].map((one) => {
      const reader = openReader(one);
      const print = reader.fingerprint('sample');
      reader.close();
      return print;
    });
    expect(after).toBe(before);
  });

  test('whose definitions changed on disk gives no figures by them: views are made again, tables are refused', () => {
    const path = freshPath();
    const writer = openWriter(path);
    writer.open(sampleSweep());
    writer.record(finished({ 'aa-1': 0.5 }));
    writer.close();
    const rows = () => {
      const reader = openReader(path);
      try {
        return reader.query({ columns: ['run', 'macro_f1'], where: 'macro_f1 > 0' }).rows;
      } finally {
        reader.close();
      }
    };
    const before = rows();
    expect(before).toHaveLength(1);
    const replace = (text: string, by: string) => {
      const bytes = readFileSync(path, 'latin1');
      expect(bytes).toContain(text);
      writeFileSync(path, bytes.replaceAll(text, by.padEnd(text.length)), 'latin1');
    };
    replace("AND scores.split = 'validation'", "AND scores.split = 'test'");
    expect(rows()).toEqual(before);
    replace('CREATE TABLE split_metrics', 'CREATE TABLE split_metricz');
    expect(() => rows()).toThrow(/the database is damaged/);
  });

  test('of an older schema is brought up to date, by a reader too', () => {
    for (const open of [openReader, openWriter]) {
      const path = join(folder, `older-${open.name}.db`);
      const raw = new Database(path);
      raw.pragma(`application_id = ${0x46535750}`);
      raw.close();
      open(path).close();
      expect(openReader(path).sweeps()).toEqual([]);
    }
  });

  test('tells runs of a living process from those of a dead one', () => {
    const path = freshPath();
    const writer = openWriter(path);
    writer.open(sampleSweep());
    // Another sweep with the same runs, which a living process trains.
    writer.open(sampleSweep({ name: 'other' }));
    writer.record([started('aa-1', 'other'), started('aa-2')]);
    changeRaw(
      path,
      `UPDATE attempts SET pid = ${process.ppid} WHERE run_id = 'aa-1';
       UPDATE attempts SET pid = 1073741824 WHERE run_id = 'aa-2';
       UPDATE holders SET pid = ${process.ppid}, process_start = '' WHERE sweep = 'other'`,
    );
    const states = writer.open(sampleSweep());
    expect([states.get('aa-1'), states.get('aa-2')]).toEqual(['running', 'interrupted']);
    writer.close();
  });

  test('of a newer schema is refused', () => {
    const path = freshPath();
    openWriter(path).close();
    const raw = new Database(path);
    raw.pragma('user_version = 999');
    raw.close();
    for (const open of [openReader, openWriter]) {
      expect(userErrorOf(() => open(path)).message).toMatch(/schema 999, written by a newer focalsweep/);
    }
  });

  test('is read while it is written, and durable', () => {
    const path = freshPath();
    const writer = openWriter(path);
    writer.open(sampleSweep());
    const reader = openReader(path);
    expect(reader.runs('sample')).toHaveLength(0);
    writer.record(finished({ 'aa-1': 0.5 }));
    expect(reader.runs('sample')).toHaveLength(1);
    const raw = new Database(path, { readonly: true });
    expect(raw.pragma('journal_mode', { simple: true })).toBe('wal');
    raw.close();
    reader.close();
    writer.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  test('that is locked is said in plain words', () => {
    const path = freshPath();
    openWriter(path).close();
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
    other.close();
    impatient.close();
  });

  test('in a place that cannot be a folder is a mistake of the user', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(userErrorOf(() => openWriter(join(file, 'store.db'))).exitCode).toBe(EXIT.database);
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

    const reader = openReader(path);
    const known = new Set(reader.runs('sample').map(({ runId }) => runId));
    expect(recorded.filter((runId) => !known.has(String(runId)))).toEqual([]);
    for (const runId of known) expect(reader.run(runId).result).toEqual(sampleResult(runId, 0.5));
    reader.close();

    const writer = openWriter(path);
    const states = new Set(writer.open(sweep).values());
    expect(states.has('running')).toBe(false);
    writer.close();
    const raw = new Database(path, { readonly: true });
    expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
    raw.close();
  });
});

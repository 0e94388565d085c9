import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/errors.js';
import { openStore } from '../../src/store/open-store.js';
import { recordEvents } from '../../src/store/sql/write/event-writes.js';
import { connect } from '../../src/store/sqlite/file/connection.js';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { SCHEMA_VERSION } from '../../src/store/sqlite/migrations/migrations.js';
import { rejection } from '../thrown.js';
import { changeRaw } from './raw-changes.js';
import { complete, finished, sampleResult, sampleSweep } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const OPENERS = ['reader', 'writer', 'keeper'] as const;
const FALSIFY = `CREATE TRIGGER "good news" AFTER INSERT ON split_metrics
  BEGIN UPDATE split_metrics SET macro_f1 = 0.999 WHERE run_id = new.run_id; END`;

let databases = 0;
/** A database with one result. */
async function recorded(): Promise<string> {
  const path = join(folder, `${databases++}.db`);
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep());
  await writer.record(finished({ 'aa-1': 0.5 }));
  await writer.close();
  return path;
}

async function expectRefusal(path: string, message: RegExp): Promise<void> {
  const store = openStore(path);
  for (const open of OPENERS) {
    await expect(store[open]()).rejects.toThrow(
      expect.objectContaining({ where: path, exitCode: EXIT.database }),
    );
    await expect(store[open]()).rejects.toThrow(message);
  }
}

describe('a database is refused, to read and to write,', () => {
  test.each([
    ['a trigger', FALSIFY, /the trigger "good news" on split_metrics is not focalsweep's/],
    [
      'a trigger on another spelling of a table',
      'CREATE TRIGGER lost BEFORE INSERT ON "EPOCHS" BEGIN SELECT raise(IGNORE); END',
      /the trigger "lost" on epochs is not/i,
    ],
    [
      'a trigger on a view',
      'CREATE TRIGGER odd INSTEAD OF UPDATE ON leaderboard BEGIN SELECT 1; END',
      /the trigger "odd" on leaderboard is not/,
    ],
    ['an index', 'CREATE INDEX quick ON class_metrics (recall)', /the index "quick" on class_metrics is not/],
    [
      'a unique index, which would drop rows',
      'CREATE UNIQUE INDEX one ON attempts (sweep)',
      /the index "one" on attempts is not/,
    ],
    ['another column', 'ALTER TABLE results ADD COLUMN note TEXT', /table results differs from focalsweep/],
    [
      'a generated column',
      'ALTER TABLE epochs ADD COLUMN twice REAL AS (2 * train_loss)',
      /table epochs differs from focalsweep/,
    ],
    ['a column less', 'ALTER TABLE attempts DROP COLUMN error', /table attempts differs from focalsweep/],
    ['an index less', 'DROP INDEX runs_of_trial', /index runs_of_trial differs from focalsweep/],
    [
      'a table in the place of a view',
      'DROP VIEW leaderboard; CREATE TABLE leaderboard (rank, trial)',
      /the table leaderboard has the name of focalsweep's view/,
    ],
    [
      'a view in the place of a table',
      'ALTER TABLE predictions RENAME TO old; CREATE VIEW predictions AS SELECT * FROM old',
      /table predictions differs from focalsweep/,
    ],
    [
      'a table whose rows go away with ours',
      'CREATE TABLE mine (run REFERENCES results ON DELETE CASCADE)',
      /the table mine refers to focalsweep's table results/,
    ],
    [
      'a lowered user_version',
      'PRAGMA user_version = 2',
      new RegExp(`marked as schema 2, but it has the tables of schema ${SCHEMA_VERSION}`),
    ],
    [
      'a user_version of 0',
      'PRAGMA user_version = 0',
      new RegExp(`marked as schema 0, but it has the tables of schema ${SCHEMA_VERSION}`),
    ],
    ['a user_version below 0', 'PRAGMA user_version = -1', /marked as schema -1, but it has the tables of/],
  ])('that has %s', async (_what, change, message) => {
    const path = await recorded();
    changeRaw(path, change);
    await expectRefusal(path, message);
  });

  test.each(Array.from({ length: SCHEMA_VERSION }, (_, at) => at + 1))(
    'that has a trigger and schema %i, before anything is brought up to date',
    async (schema) => {
      const kept = fileURLToPath(new URL(`./fixtures/schema-${schema}.db.gz`, import.meta.url));
      const path = join(folder, `schema-${schema}.db`);
      writeFileSync(path, gunzipSync(readFileSync(kept)));
      changeRaw(path, FALSIFY);
      await expectRefusal(path, /the trigger "good news" .* is not focalsweep's/);
      expect(await rejection(() => openStore(path).reader())).toMatchObject({
        fix: `Remove it (DROP TRIGGER "good news"), then verify the results: focalsweep check --db ${path}`,
      });
      changeRaw(path, 'DROP TRIGGER "good news"');
      for (const open of OPENERS) await (await openStore(path)[open]()).close();
    },
  );
});

test('a number of the schema that was lowered can be set back, and nothing is lost', async () => {
  const path = await recorded();
  changeRaw(path, 'PRAGMA user_version = 1');
  await expect(openStore(path).reader()).rejects.toThrow(
    expect.objectContaining({ fix: expect.stringContaining(`PRAGMA user_version = ${SCHEMA_VERSION}`) }),
  );
  changeRaw(path, `PRAGMA user_version = ${SCHEMA_VERSION}`);
  const keeper = await openStore(path).keeper();
  expect(await keeper.check({ repair: false })).toEqual({ results: 1, problems: [] });
  await keeper.close();
});

test('what a user keeps in tables and views of other names may stay, and works', async () => {
  const path = await recorded();
  changeRaw(
    path,
    `CREATE TABLE notes (run TEXT REFERENCES runs, text TEXT);
     CREATE INDEX notes_of_run ON notes (run);
     CREATE TABLE log (text);
     CREATE TRIGGER logged AFTER INSERT ON notes BEGIN INSERT INTO log VALUES (new.text); END;
     CREATE VIEW best AS SELECT * FROM leaderboard WHERE rank = 1;
     INSERT INTO notes VALUES ('aa-1', 'looks good');
     ANALYZE`,
  );
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep());
  await writer.record(finished({ 'aa-2': 0.6 }));
  await writer.close();
  const keeper = await openStore(path).keeper();
  expect(await keeper.check({ repair: true })).toEqual({ results: 2, problems: [] });
  await keeper.close();
  const raw = new Database(path);
  expect(raw.prepare('SELECT text FROM log').pluck().all()).toEqual(['looks good']);
  expect(raw.prepare('SELECT seeds FROM best').pluck().get()).toBe(2);
  raw.close();
});

test('a trigger that is put in under a sweep in training is noticed before the next write', async () => {
  const path = await recorded();
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep());
  changeRaw(path, FALSIFY);
  await expect(writer.record(finished({ 'aa-2': 0.5 }))).rejects.toThrow(
    /the trigger "good news" .* is not focalsweep's/,
  );
  changeRaw(path, 'DROP TRIGGER "good news"; CREATE TABLE mine (x)');
  await writer.record(finished({ 'aa-2': 0.5 }));
  await writer.close();
  const reader = await openStore(path).reader();
  expect((await reader.runs('sample')).map(({ validation }) => validation.macro_f1)).toEqual([0.5, 0.5]);
  await reader.close();
});

test.each([
  ['a changed figure', FALSIFY],
  [
    'a changed text',
    "CREATE TRIGGER t AFTER INSERT ON results BEGIN UPDATE results SET stopped_by = 'patience' WHERE run_id = new.run_id; END",
  ],
  [
    'a row less',
    'CREATE TRIGGER t AFTER INSERT ON epochs BEGIN DELETE FROM epochs WHERE run_id = new.run_id AND epoch = 2; END',
  ],
  [
    'a row more',
    "CREATE TRIGGER t AFTER INSERT ON predictions BEGIN INSERT OR IGNORE INTO predictions VALUES (new.run_id, 'train', x'00'); END",
  ],
  ['no rows at all', 'CREATE TRIGGER t BEFORE INSERT ON confusions BEGIN SELECT raise(IGNORE); END'],
])(
  'checksums are of what was sent: check finds %s that the database itself brought about',
  async (_what, trigger) => {
    const path = await recorded();
    // A connection that nothing guards, as if the trigger had been hidden from it.
    const raw = new Database(path);
    raw.exec(trigger);
    recordEvents(connect(raw, path), [complete(sampleResult('aa-2', 0.5))]);
    raw.exec('DROP TRIGGER IF EXISTS t; DROP TRIGGER IF EXISTS "good news"');
    raw.close();
    const reader = await openStore(path).reader();
    await expect(reader.fingerprint('sample')).rejects.toThrow(/damaged: run aa-2 is corrupt/);
    await reader.close();
    const keeper = await openStore(path).keeper();
    expect((await keeper.check({ repair: true })).problems).toEqual([
      { what: 'the result of run aa-2 does not match its checksum', repaired: true },
    ]);
    await keeper.close();
  },
);

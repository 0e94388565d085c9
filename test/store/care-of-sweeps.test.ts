// Delete, rename and merge in database files: what no other kind of store has.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.js';
import { ALL_TABLES } from '../../src/store/sql/sweeps/owned-tables.js';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { SCHEMA_VERSION } from '../../src/store/sqlite/migrations/migrations.js';
import type { Store, SweepRecord } from '../../src/store/store.js';
import { cases } from '../property-cases.js';
import { changeRaw } from './raw-changes.js';
import { finished, sampleSweep, sampleTrial } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
let databases = 0;
const freshPath = () => join(folder, `${++databases}.db`);

function kept(schema: number): string {
  const file = fileURLToPath(new URL(`./fixtures/schema-${schema}.db.gz`, import.meta.url));
  const path = freshPath();
  writeFileSync(path, gunzipSync(readFileSync(file)));
  return path;
}

const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** All rows of all tables. */
function contentOf(path: string): Readonly<Record<string, readonly unknown[]>> {
  const database = new Database(path, { readonly: true });
  const tables = [...ALL_TABLES].toSorted();
  const content = tables.map((table) => [
    table,
    database
      .prepare(`select * from ${table}`)
      .raw()
      .all()
      .map((row) => JSON.stringify(row))
      .toSorted(),
  ]);
  database.close();
  return Object.fromEntries(content);
}

async function launched(store: Store, record: SweepRecord, levels: Readonly<Record<string, number>>) {
  const writer = await store.writer();
  await writer.open(record);
  await writer.record(finished(levels, record.name));
  await writer.close();
}

async function fingerprintsOf(store: Store): Promise<Readonly<Record<string, string>>> {
  const reader = await store.reader();
  const known: Record<string, string> = {};
  for (const { name } of await reader.sweeps()) known[name] = await reader.fingerprint(name);
  await reader.close();
  return known;
}

async function problemsOf(store: Store) {
  const keeper = await store.keeper();
  const { problems } = await keeper.check({ repair: false });
  await keeper.close();
  return problems;
}

test('every table is known to what copies and deletes sweeps', async () => {
  const path = freshPath();
  await (await openStore(path).writer()).close();
  const database = new Database(path, { readonly: true });
  const tables = database
    .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite@_%' escape '@'")
    .pluck()
    .all();
  database.close();
  expect(new Set(tables)).toEqual(ALL_TABLES);
});

describe.each(Array.from({ length: SCHEMA_VERSION }, (_, at) => at + 1))(
  'a database of schema %i',
  (schema) => {
    test('is merged without being changed, twice as once, and is empty when its sweeps are deleted', async () => {
      const source = kept(schema);
      const bytes = hashOf(source);
      const path = freshPath();
      await (await openStore(path).writer()).close();
      const empty = contentOf(path);
      const keeper = await openStore(path).keeper();
      const merged = await keeper.merge({ from: source });
      expect(merged.map(({ outcome }) => outcome)).toEqual(merged.map(() => 'added'));
      expect(hashOf(source)).toBe(bytes);
      const once = contentOf(path);
      const again = await keeper.merge({ from: source });
      expect(again.map(({ outcome }) => outcome)).toEqual(merged.map(() => 'unchanged'));
      expect(contentOf(path)).toEqual(once);
      expect((await keeper.check({ repair: false })).problems).toEqual([]);

      const reader = await openStore(path).reader();
      const renamed = await fingerprintsOf(openStore(path));
      await keeper.renameSweep({ sweep: 'old', to: 'renamed' });
      expect(await reader.fingerprint('renamed')).toBe(renamed.old);
      expect((await keeper.check({ repair: false })).problems).toEqual([]);
      // As the database is when it is brought up to date.
      expect(renamed).toEqual(await fingerprintsOf(openStore(source)));
      const names = (await reader.sweeps()).map(({ name }) => name);
      await reader.close();
      for (const name of names) await keeper.deleteSweep(name);
      expect((await keeper.check({ repair: false })).problems).toEqual([]);
      expect(contentOf(path)).toEqual(empty);
      await keeper.close();
    });
  },
);

test('a file is smaller once it is compacted, while somebody reads it too', async () => {
  const path = kept(SCHEMA_VERSION);
  const keeper = await openStore(path).keeper();
  const reader = await openStore(path).reader();
  const size = () => statSync(path).size;
  for (const { name } of await reader.sweeps()) await keeper.deleteSweep(name);
  const unused = await keeper.unusedBytes();
  expect(unused).toBeGreaterThan(0);
  await keeper.close();
  const before = size();
  const again = await openStore(path).keeper();
  await again.compact();
  await reader.close();
  await again.close();
  // SQLite may need one page more or less for the definitions when it writes them anew.
  expect(before - size()).toBeGreaterThanOrEqual(unused - 4096);
});

test('a damaged database is not merged', async () => {
  const source = kept(SCHEMA_VERSION);
  changeRaw(source, "update split_metrics set macro_f1 = macro_f1 + 1e-9 where split = 'test'");
  const path = freshPath();
  await (await openStore(path).writer()).close();
  const keeper = await openStore(path).keeper();
  await expect(keeper.merge({ from: source })).rejects.toThrow('the database is damaged: run');
  await keeper.close();
  expect(await fingerprintsOf(openStore(path))).toEqual({});
});

test('what is killed while it merges or deletes leaves the old state or the new one', async () => {
  const [path, from] = [freshPath(), freshPath()];
  const seeds = Array.from({ length: 60 }, (_, at) => at);
  const theirs = sampleSweep({ name: 'theirs', seeds });
  // All runs that they share are finished in both: a merge gives results to our sweep, too.
  const ours = sampleSweep({ name: 'mine', seeds: [0, 1] });
  const levelsOf = ({ runs }: SweepRecord) => Object.fromEntries(runs.map(({ runId }) => [runId, 0.5]));
  await launched(openStore(from), theirs, levelsOf(theirs));
  await launched(openStore(path), ours, levelsOf(ours));
  const mine = await fingerprintsOf(openStore(path));
  const states = [mine, { ...mine, ...(await fingerprintsOf(openStore(from))) }].map((state) =>
    JSON.stringify(state, ['mine', 'theirs']),
  );
  const found: string[] = [];
  for (const delayMs of [0, 9, 18, 27, 36, 45]) {
    const child = fork(fileURLToPath(new URL('./endless-keeper.mjs', import.meta.url)), { execArgv: [] });
    child.send({ path, from, sweep: 'theirs' });
    await once(child, 'message');
    setTimeout(() => child.kill('SIGKILL'), delayMs);
    await once(child, 'close');
    found.push(JSON.stringify(await fingerprintsOf(openStore(path)), ['mine', 'theirs']));
    expect(await problemsOf(openStore(path))).toEqual([]);
  }
  expect(found.filter((state) => !states.includes(state))).toEqual([]);
});

const NAMES = ['s', 't', 'u'] as const;
const TRIALS = ['aa', 'bb', 'cc'].map((name, gamma) => sampleTrial(name, { gamma }));
const step = fc.oneof(
  fc.record({
    type: fc.constant('launch' as const),
    store: fc.nat(1),
    name: fc.constantFrom(...NAMES),
    trials: fc.subarray(TRIALS, { minLength: 1 }),
    done: fc.nat(4),
  }),
  fc.record({ type: fc.constant('delete' as const), store: fc.nat(1), name: fc.constantFrom(...NAMES) }),
  fc.record({
    type: fc.constant('rename' as const),
    store: fc.nat(1),
    name: fc.constantFrom(...NAMES),
    to: fc.constantFrom(...NAMES),
  }),
  fc.record({ type: fc.constant('merge' as const), store: fc.nat(1) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Does a step in one of two stores; of a sweep that is not there, nothing. */
async function take(stores: readonly (Store & { readonly place: string })[], action: Step): Promise<void> {
  const store = stores[action.store];
  const other = stores[1 - action.store];
  if (store === undefined || other === undefined) throw new Error('there are two stores');
  if (action.type === 'launch') {
    const record = sampleSweep({ name: action.name, trials: action.trials });
    // The same run always has the same result.
    const done = record.runs.slice(0, action.done);
    const levels = done.map(({ runId }) => [runId, runId.charCodeAt(0) / 128]);
    await launched(store, record, Object.fromEntries(levels));
    return;
  }
  const keeper = await store.keeper();
  const names = Object.keys(await fingerprintsOf(store));
  if (action.type === 'merge') await keeper.merge({ from: other.place });
  else if (names.includes(action.name)) {
    if (action.type === 'delete') await keeper.deleteSweep(action.name);
    else if (!names.includes(action.to)) await keeper.renameSweep({ sweep: action.name, to: action.to });
  }
  await keeper.close();
}

test('any sequence of these keeps the fingerprints of the other sweeps, in a file as in memory', async () => {
  const length = fc.array(step, { minLength: 3, maxLength: 10 });
  const property = fc.asyncProperty(length, async (steps) => {
    const files = [freshPath(), freshPath()].map((place) => ({ ...openStore(place), place }));
    const memories = [1, 2].map(() => {
      const place = `care-${++databases}`;
      return { ...openStore(`memory:${place}`), place };
    });
    for (const store of [...files, ...memories]) await (await store.writer()).close();
    for (const action of steps) {
      const before = await fingerprintsOf(files[action.store] as Store);
      const theirs = await fingerprintsOf(files[1 - action.store] as Store);
      await take(files, action);
      await take(memories, action);
      const after = await fingerprintsOf(files[action.store] as Store);
      const touched = new Set<string>(
        action.type === 'merge'
          ? Object.keys(theirs)
          : action.type === 'rename'
            ? [action.name, action.to]
            : [action.name],
      );
      const others = Object.entries(before).filter(([name]) => !touched.has(name));
      // A run that another sweep gets a result for is a result of all its sweeps.
      const isFrozen = action.type === 'delete' || action.type === 'rename';
      expect(after).toMatchObject(isFrozen ? Object.fromEntries(others) : {});
      expect(await problemsOf(files[action.store] as Store)).toEqual([]);
      for (const [at, file] of files.entries()) {
        expect(await fingerprintsOf(memories[at] as Store)).toEqual(await fingerprintsOf(file));
      }
    }
  });
  await fc.assert(property, { numRuns: cases(12) });
});

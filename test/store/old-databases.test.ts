import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { SCHEMA_VERSION } from '../../src/store/migrations/migrations.js';
import { Database } from '../../src/store/sqlite-driver.js';
import { openKeeper, openReader } from '../../src/store/sqlite-store.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

/**
 * A database that the program of that schema wrote: two configurations × two seeds on 60 rows, `tfjs/cpu`. A new schema adds its
 * own file, so that the next one finds it; the current one is among them.
 */
function keptDatabase(schema: number): string {
  const kept = fileURLToPath(new URL(`./fixtures/schema-${schema}.db.gz`, import.meta.url));
  const path = join(folder, `schema-${schema}.db`);
  writeFileSync(path, gunzipSync(readFileSync(kept)));
  return path;
}

test.each(Array.from({ length: SCHEMA_VERSION }, (_, at) => at + 1))(
  'a database of schema %i is brought up to date with everything in it',
  (schema) => {
    const path = keptDatabase(schema);
    const before = new Database(path);
    expect(before.pragma('user_version', { simple: true })).toBe(schema);
    const scores = before
      .prepare("SELECT run_id, macro_f1 FROM split_metrics WHERE split = 'validation' ORDER BY run_id")
      .raw()
      .all();
    expect(scores).toHaveLength(4);
    before.close();

    const reader = openReader(path);
    const runs = reader.runs('old').map(({ runId, validation }) => [runId, validation.macro_f1]);
    expect(runs.toSorted()).toEqual(scores);
    expect(reader.sweep('old')).toMatchObject({ trials: 2, runs: 4, complete: 4, failed: 0 });
    expect(reader.sweep('old').specFile).toBe(schema === 1 ? null : '/sweeps/old.yaml');
    expect(reader.sweep('old').environment === null).toBe(schema < 4);
    reader.close();

    const after = new Database(path);
    expect(after.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    after.close();
    const keeper = openKeeper(path);
    expect(keeper.check({ repair: false })).toEqual({ results: 4, problems: [] });
    keeper.close();
  },
);

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'focalsweep-care-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
let folder = '';
/** Every test has databases of its own: `s13.db` has a sweep `old` of two configurations × two seeds, and so on. */
beforeEach(() => {
  folder = join(root, String(++folders));
  mkdirSync(folder);
  for (const schema of [12, 13]) {
    const kept = fileURLToPath(new URL(`../store/fixtures/schema-${schema}.db.gz`, import.meta.url));
    writeFileSync(join(folder, `s${schema}.db`), gunzipSync(readFileSync(kept)));
  }
});

function focalsweep(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
}

const fingerprint = (sweep: string, db: string) =>
  focalsweep('fingerprint', sweep, '--db', db).stdout.slice(0, 64);
const check = (db: string) => focalsweep('check', '--db', db).stdout;

describe('focalsweep delete', () => {
  test('says what would be lost, and deletes only with --yes', () => {
    const asked = focalsweep('delete', 'old', '--db', 's13.db');
    expect([asked.status, asked.stdout]).toEqual([
      2,
      expect.stringMatching(/^This would delete old: 4 runs, 4 of them finished \(\d+ s of training\)\.\n$/),
    ]);
    expect(asked.stderr).toContain('nothing was deleted');
    expect(asked.stderr).toContain('focalsweep delete old --yes --db s13.db');
    const grown = fingerprint('grown', 's13.db');
    mkdirSync(join(folder, 's13.db-checkpoints'));
    const deleted = focalsweep('delete', 'old', '--yes', '--db', 's13.db');
    expect([deleted.status, deleted.stdout]).toEqual([0, expect.stringMatching(/^Deleted old: 4 runs/)]);
    expect(fingerprint('grown', 's13.db')).toBe(grown);
    expect(check('s13.db')).toMatch(/^\d+ results, no problem\n$/);
    expect(focalsweep('check', '--compact', '--db', 's13.db').stdout).toMatch(
      /no problem\nThe file is \d+\.\d MB smaller\.\n$/,
    );
    expect(fingerprint('grown', 's13.db')).toBe(grown);
    const again = focalsweep('delete', 'old', '--yes', '--db', 's13.db');
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('there is no sweep "old"')]);
  });
});

describe('focalsweep rename', () => {
  test('keeps the results, and what resume trains', () => {
    const before = fingerprint('old', 's13.db');
    const renamed = focalsweep('rename', 'old', 'new name', '--db', 's13.db');
    expect([renamed.status, renamed.stdout]).toEqual([0, 'old is now new name.\n']);
    expect(renamed.stderr).toContain('/sweeps/old.yaml goes by the `name:` that it says');
    expect(fingerprint('new name', 's13.db')).toBe(before);
    expect(check('s13.db')).toMatch(/no problem/);
    const { stdout } = focalsweep(
      ...['query', '--sql', "select spec_text from sweeps where sweep = 'new name'", '--format', 'csv'],
      ...['--db', 's13.db'],
    );
    expect(stdout).toContain('name: ""new name""');
    expect(stdout).not.toContain('name: old');
  });

  test.each([
    ['a name in use', ['old', 'grown'], 'there is already a sweep "grown"'],
    ['a bad name', ['old', '../old'], 'cannot be the name of a sweep: it must be 1 to 100 letters'],
    ['an unknown sweep', ['odl', 'x'], 'there is no sweep "odl". Did you mean "old"?'],
  ])('refuses %s', (_what, names, message) => {
    const { status, stderr } = focalsweep('rename', ...names, '--db', 's13.db');
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('focalsweep merge', () => {
  test('brings databases together, and says what it did', () => {
    const wanted = fingerprint('grown', 's13.db');
    expect(focalsweep('merge', 's13.db', '--sweep', 'grown', '--db', 'all.db')).toMatchObject({
      status: 0,
      stdout: 'grown: added, with 2 configurations, 4 runs, 4 results\n',
    });
    expect(fingerprint('grown', 'all.db')).toBe(wanted);
    expect(focalsweep('merge', 's13.db', '--sweep', 'grown', '--db', 'all.db').stdout).toBe(
      'grown: nothing new\n',
    );
    expect(check('all.db')).toBe('4 results, no problem\n');
  });

  test('refuses a sweep of that name with other data, which a new name brings in', () => {
    expect(focalsweep('merge', 's12.db', '--sweep', 'old', '--db', 'all.db').status).toBe(0);
    const refused = focalsweep('merge', 's13.db', '--db', 'all.db');
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain('both databases have a sweep "old", but with different data');
    expect(refused.stderr).toContain('focalsweep rename old <new name> --db all.db');
    expect(focalsweep('rename', 'old', 'older', '--db', 'all.db').status).toBe(0);
    expect(focalsweep('merge', 's13.db', '--db', 'all.db').status).toBe(0);
    expect(focalsweep('sweeps', '--db', 'all.db', '--format', 'csv').stdout.split('\n')).toHaveLength(5);
    expect(check('all.db')).toMatch(/no problem/);
  });

  test('makes no database when there is none to merge, and no copy of itself', () => {
    const missing = focalsweep('merge', 'missing.db', '--db', 'all.db');
    expect([missing.status, missing.stderr]).toEqual([
      4,
      expect.stringContaining('there is no database here'),
    ]);
    expect(existsSync(join(folder, 'all.db'))).toBe(false);
    expect(focalsweep('merge', './s13.db', '--db', 's13.db').stderr).toContain(
      'a database cannot be merged with itself',
    );
  });
});

describe('focalsweep export', () => {
  const exported = (...args: string[]) => focalsweep('export', '--runs', '--db', 's13.db', ...args);

  test('writes tables to a folder, and replaces none without --force', () => {
    const first = exported('--out', 'tables');
    expect([first.status, first.stderr]).toEqual([0, '8 runs of 2 sweeps written to tables\n']);
    expect(readdirSync(join(folder, 'tables')).toSorted()).toEqual(['classes.csv', 'epochs.csv', 'runs.csv']);
    const again = exported('--out', 'tables', '--predictions');
    expect(again.status).toBe(2);
    expect(again.stderr).toMatch(/runs\.csv, .* exist already\n.*add --force/);
    expect(exported('--out', 'tables', '--predictions', '--force').status).toBe(0);
    expect(readdirSync(join(folder, 'tables'))).toContain('predictions.csv');
  });

  test('writes only the named sweep', () => {
    expect(exported('grown', '--to', 'parquet', '--out', 'deep/er').stderr).toBe(
      '4 runs of 1 sweep written to deep/er\n',
    );
    expect(readdirSync(join(folder, 'deep/er'))).toContain('runs.parquet');
  });

  test('writes a database of Optuna', () => {
    expect(exported('--to', 'optuna', '--out', 'optuna.db').stderr).toBe(
      '2 studies with 4 trials written to optuna.db\n',
    );
    expect(exported('--to', 'optuna', '--out', 'optuna.db').stderr).toContain('optuna.db exists already');
    expect(exported('--to', 'optuna', '--out', 'optuna.db', '--force').status).toBe(0);
    expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  test.each([
    ['nothing to export', ['export', '--out', 'x'], 'Add --runs'],
    ['no place', ['export', '--runs', '--to', 'optuna'], '--out optuna.db'],
    ['a file as folder', ['export', '--runs', '--out', 's12.db'], 'this is a file'],
    ['a folder as file', ['export', '--runs', '--to', 'optuna', '--out', '.'], 'this is a folder'],
    [
      'its own database',
      ['export', '--runs', '--to', 'optuna', '--out', './s13.db', '--force'],
      'cannot replace the database that it is made of',
    ],
    [
      'predictions for Optuna',
      ['export', '--runs', '--to', 'optuna', '--predictions', '--out', 'x'],
      'no place for predictions',
    ],
    ['an unknown sweep', ['export', 'odl', '--runs', '--out', 'x'], 'Did you mean "old"?'],
    ['an unknown form', ['export', '--runs', '--to', 'cvs', '--out', 'x'], 'Did you mean "csv"?'],
  ])('refuses %s', (_what, args, message) => {
    const { status, stderr } = focalsweep(...args, '--db', 's13.db');
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

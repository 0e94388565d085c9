// Every command on a PostgreSQL server, as on a file; and launches on it that are killed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { checkpointFolder } from '../../src/run/checkpoints/checkpoint-files.js';
import { start } from '../reliability/launched-sweep.js';
import { describeServer, schemaOf } from '../store/postgres-server.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-server-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPEC = `name: small
parameters: {gamma: {values: [0, 1, 2]}, alpha: {values: [1, balanced]}}
seeds: 2
data: {source: "builtin:malware21", rows: 1500}
model: {hidden: [32], dropout: 0.1}
engine: native
train: {epochs: 400, patience: 0, learning_rate: 0.01}
`;

function focalsweep(...args: readonly string[]) {
  // A report in JSON has a megabyte.
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 24 });
}

describeServer('a server', (server) => {
  const url = server.freshUrl();
  writeFileSync(join(folder, 'small.yaml'), SPEC);
  const fingerprint = (db: string) => focalsweep('fingerprint', 'small', '--db', db).stdout.slice(0, 64);

  test('has the results of a file, whatever the kills', async () => {
    expect(focalsweep('launch', 'small.yaml', '--db', 'small.db').status).toBe(0);
    const schema = schemaOf(url);
    const countOf = (table: string) => {
      const found = server.psql(`SELECT to_regclass('${schema}.${table}') IS NOT NULL`).trim();
      return found === 't' ? Number(server.psql(`SELECT count(*) FROM ${schema}.${table}`)) : 0;
    };
    // Each launch is killed once it has recorded something more.
    for (const results of [1, 4, 8]) {
      const launch = ['launch', 'small.yaml', '--db', url, '--workers', '1', '--checkpoint-every', '0.05'];
      const child = spawn(process.execPath, [main, ...launch], {
        cwd: folder,
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (text) => {
        said += text;
      });
      const ended = once(child, 'exit');
      while (child.exitCode === null && countOf('results') < results) await delay(10);
      expect([child.exitCode, said]).toEqual([null, expect.any(String)]);
      process.kill(-Number(child.pid), 'SIGKILL');
      await ended;
    }
    expect(countOf('results')).toBeLessThan(12);
    const last = focalsweep('launch', 'small.yaml', '--db', url);
    expect([last.status, last.stderr]).toEqual([0, expect.any(String)]);
    expect(fingerprint(url)).toBe(fingerprint('small.db'));
    expect(fingerprint(url)).toMatch(/^[0-9a-f]{64}$/);
    expect(focalsweep('check', '--db', url).stdout).toBe('12 results, no problem\n');
    expect(countOf('attempts')).toBeGreaterThan(12);
    // What lies beside a file lies in a folder of this machine.
    const beside = readdirSync(folder).filter((name) => /postgres/.test(name));
    expect(beside).toEqual([]);
    expect(checkpointFolder(url)).toMatch(/^results.server-[0-9a-f]{12}-checkpoints$/);
  });

  test.each([
    ['report', 'small'],
    ['report', 'small', '--format', 'json'],
    ['query', 'small', '--where', 'gamma >= 1 and alpha = balanced', '--sort', '-rare_recall'],
    ['query', '--sql', 'select run, class, recall from class_recall order by run, class', '--format', 'csv'],
    ['query', '--sql', 'select rank, trial, is_baseline, seeds, gamma, alpha from leaderboard order by rank'],
    ['show', 'small#1'],
    ['compare', 'small#1', 'small#2'],
    ['suggest', 'small'],
    ['check', '--repair'],
  ])('prints what a file prints: focalsweep %s %s %s', (...args) => {
    const [there, here] = [url, 'small.db'].map((db) => {
      const { status, stdout } = focalsweep(...args, '--db', db);
      return [status, stdout.replaceAll(`"${db}"`, 'DB').replaceAll(db, 'DB')];
    });
    expect(there).toEqual(here);
    expect(there?.[0]).toBe(0);
  });

  test('copies to a file and back, renames and deletes', () => {
    expect(focalsweep('copy', url, 'copied.db').stdout).toBe(
      'small: added, with 6 configurations, 12 runs, 12 results\n',
    );
    expect(fingerprint('copied.db')).toBe(fingerprint('small.db'));
    expect(focalsweep('copy', 'copied.db', url, 'small').stdout).toBe('small: nothing new\n');
    expect(focalsweep('copy', url, 'copied.db', 'smal').stderr).toMatch(/there is no sweep "smal".*small/);
    expect(focalsweep('copy', url, url).stderr).toMatch(/cannot be merged with itself/);
    expect(focalsweep('copy', 'none.db', url).stderr).toMatch(/there is no database here/);
    expect(existsSync(join(folder, 'none.db'))).toBe(false);
    expect(focalsweep('rename', 'small', 'renamed', '--db', url).status).toBe(0);
    expect(focalsweep('sweeps', '--db', url).stdout).toMatch(/^renamed/m);
    expect(focalsweep('delete', 'renamed', '--yes', '--db', url).stdout).toMatch(/^Deleted renamed: 12 runs/);
    expect(focalsweep('sweeps', '--db', url).stdout).not.toMatch(/renamed/);
  });

  test('may restart during a launch', async () => {
    const other = server.freshUrl();
    const schema = schemaOf(other);
    const launch = ['launch', 'small.yaml', '--db', other, '--workers', '1'];
    const { child, ended, stderr } = start(folder, process.execPath, [main, ...launch]);
    const begun = () =>
      server.psql(`SELECT to_regclass('${schema}.results') IS NOT NULL`).trim() === 't' &&
      server.psql(`SELECT count(*) FROM ${schema}.results`).trim() !== '0';
    while (child.exitCode === null && !begun()) await delay(10);
    server.stop();
    await delay(1000);
    expect(child.exitCode).toBeNull();
    server.start();
    expect(await ended, stderr()).toBe(0);
    expect(stderr()).toMatch(/the server is gone; waiting/);
    expect(fingerprint(other)).toBe(fingerprint('small.db'));
  });

  test('refuses a password in the URL, and does not repeat it', () => {
    const { status, stdout, stderr } = focalsweep('sweeps', '--db', 'postgres://me:geheim@localhost/db');
    expect(status).toBe(2);
    expect(stderr).toMatch(/PGPASSWORD/);
    expect(stdout + stderr).not.toMatch(/geheim/);
  });

  test('that is gone does not keep a launch from being stopped', async () => {
    writeFileSync(
      join(folder, 'long.yaml'),
      SPEC.replace('name: small', 'name: long').replace('400', '100000'),
    );
    const launch = ['launch', 'long.yaml', '--db', server.freshUrl(), '--workers', '1'];
    const launched = start(folder, process.execPath, [main, ...launch]);
    await launched.said(/12 to train/);
    await delay(500);
    server.stop();
    try {
      await launched.said(/the server is gone/);
      launched.child.kill('SIGINT');
      expect([await launched.ended, launched.stderr()]).toEqual([
        130,
        expect.stringContaining('which does not answer: stopped at once'),
      ]);
    } finally {
      server.start();
    }
  });
});

// Sweeps that share runs, launched by several processes on one database.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { MAIN, type Started, start, workFolder, writeSweep } from './launched-sweep.js';

const parent = workFolder();

/** Two sweeps of 18 runs each, 12 of which they share. */
function writeSweeps(name: string, epochs = 1000): string {
  const folder = writeSweep(parent, name, epochs);
  const spec = readFileSync(join(folder, 's.yaml'), 'utf8');
  writeFileSync(
    join(folder, 'other.yaml'),
    spec.replace('name: small', 'name: other').replace('[0, 1, 2]', '[0, 2, 3]'),
  );
  return folder;
}

const launch = (folder: string, spec: string): Started =>
  start(folder, process.execPath, [MAIN, 'launch', spec, '--workers', '1', '--lanes', '1']);

/** Runs by how often an attempt of them has ended with a result, and the number of results. */
function attempts(folder: string) {
  const database = new Database(join(folder, 'results', 'focalsweep.db'), { readonly: true });
  try {
    const [row] = database
      .prepare(
        `select (select count(*) from results) as results,
           (select count(*) from attempts where ended_at_ms is not null and error is null) as ended,
           (select count(*) from run_states where attempts > 1) as begunAgain`,
      )
      .all();
    return row;
  } finally {
    database.close();
  }
}

/** Whether an attempt has begun in the folder's database. */
function isTraining(folder: string): boolean {
  const file = join(folder, 'results', 'focalsweep.db');
  if (!existsSync(file)) return false;
  const database = new Database(file, { readonly: true });
  try {
    return (
      database.prepare(`select 1 from sqlite_schema where name = 'attempts'`).all().length > 0 &&
      database.prepare('select 1 from attempts').all().length > 0
    );
  } finally {
    database.close();
  }
}

function printOf(folder: string, sweep: string): string {
  return spawnSync(process.execPath, [MAIN, 'fingerprint', sweep], { cwd: folder, encoding: 'utf8' }).stdout;
}

function focalsweep(folder: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: 'utf8' });
}

describe('sweeps that share runs', () => {
  const alone = writeSweeps('alone');

  it('one after another: the second takes the results over, and plan and launch say so', () => {
    expect(focalsweep(alone, 'launch', 's.yaml').status).toBe(0);
    const plan = focalsweep(alone, 'plan', 'other.yaml');
    expect(plan.stdout).toMatch(/= 18 runs, 6 to train\n {2}12 of 18 runs are known from small\n/);
    const { stderr, status } = focalsweep(alone, 'launch', 'other.yaml');
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('12 of 18 runs are known from small.\n');
    expect(stderr).toMatch(/\n6 trained, 12 had results already in /);
    // What it has itself is no news.
    expect(focalsweep(alone, 'launch', 'other.yaml').stderr).not.toContain('known from');
    expect(attempts(alone)).toEqual({ results: 24, ended: 24, begunAgain: 0 });
  });

  it('at the same time: each run is trained once, and both are as alone', async () => {
    const folder = writeSweeps('together');
    const both = [launch(folder, 's.yaml'), launch(folder, 'other.yaml')];
    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
    expect(attempts(folder)).toEqual({ results: 24, ended: 24, begunAgain: 0 });
    for (const sweep of ['small', 'other']) expect(printOf(folder, sweep)).toBe(printOf(alone, sweep));
  }, 120_000);

  it('a sweep whose only run is in training for another one says that it waits', async () => {
    const folder = writeSweeps('waiting', 1_000_000);
    for (const spec of ['s.yaml', 'other.yaml']) {
      const text = readFileSync(join(folder, spec), 'utf8');
      const oneRun = text.replace(/values: \[.*\]/, 'value: 0').replace('seeds: 6', 'seeds: 1');
      writeFileSync(join(folder, spec), oneRun);
    }
    const first = launch(folder, 's.yaml');
    while (!isTraining(folder)) await delay(50);
    const second = launch(folder, 'other.yaml');
    await second.said(/waiting/);
    for (const { child } of [first, second]) child.kill('SIGTERM');
    expect(await Promise.all([first.ended, second.ended])).toEqual([143, 143]);
    expect(second.stderr()).toContain('1 run is in training for another sweep; waiting');
  }, 120_000);

  it('after a kill of one, the other trains what it had begun', async () => {
    const folder = writeSweeps('killed');
    const first = launch(folder, 's.yaml');
    await first.said(/\n\[2\/18\]/);
    const second = launch(folder, 'other.yaml');
    await second.said(/in training for another sweep|\n\[1\/1/);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await second.ended, second.stderr()).toBe(0);
    expect(printOf(folder, 'other')).toBe(printOf(alone, 'other'));
    const again = launch(folder, 's.yaml');
    expect(await again.ended, again.stderr()).toBe(0);
    expect(printOf(folder, 'small')).toBe(printOf(alone, 'small'));
    expect(attempts(folder)).toMatchObject({ results: 24, ended: 24 });
  }, 120_000);

  it('a sweep that is stopped leaves its runs to the other one', async () => {
    const folder = writeSweeps('stopped');
    const first = launch(folder, 's.yaml');
    await first.said(/\n\[2\/18\]/);
    const second = launch(folder, 'other.yaml');
    await second.said(/in training for another sweep|\n\[1\/1/);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(143);
    expect(await second.ended, second.stderr()).toBe(0);
    expect(printOf(folder, 'other')).toBe(printOf(alone, 'other'));
  }, 120_000);
});

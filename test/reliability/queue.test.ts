// Sweeps that are launched with --queue, and workers that train them: processes of one machine on one file.
import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { MAIN, type Started, start, stateCounts, workFolder, writeSweep } from './launched-sweep.js';

const parent = workFolder();

function focalsweep(folder: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: 'utf8' });
}

const queued = (folder: string): Started =>
  start(folder, process.execPath, [MAIN, 'launch', 's.yaml', '--queue', '--top', '1']);
const worker = (folder: string, ...more: readonly string[]): Started =>
  start(folder, process.execPath, [MAIN, 'worker', '--workers', '1', '--lanes', '1', ...more]);

const fingerprint = (folder: string): string => focalsweep(folder, 'fingerprint').stdout;

/** By spec: all folders have the same table. */
const alone = new Map<string, string>();

/** The fingerprint of a folder's sweep when one process has trained it. */
function trainedAlone(folder: string): string {
  const spec = readFileSync(join(folder, 's.yaml'), 'utf8');
  const known = alone.get(spec);
  if (known !== undefined) return known;
  const { status, stderr } = focalsweep(folder, 'launch', 's.yaml', '--db', 'alone.db');
  expect(status, stderr).toBe(0);
  const print = focalsweep(folder, 'fingerprint', '--db', 'alone.db').stdout;
  alone.set(spec, print);
  return print;
}

/** Kills a command with the process that trains for it. */
async function kill({ child, ended }: Started): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

async function trainedSome(folder: string, least: number): Promise<void> {
  const givesUpAtMs = Date.now() + 60_000;
  while (((await states(folder)).complete ?? 0) < least && Date.now() < givesUpAtMs) await delay(50);
}

async function states(folder: string): Promise<Readonly<Record<string, number>>> {
  try {
    return stateCounts(folder);
  } catch {
    return {};
  }
}

/** The processes whose attempts have ended with a result, and the number of results. */
function attempts(folder: string): { results: number; pids: number; ended: number } {
  const database = new Database(join(folder, 'results', 'focalsweep.db'), { readonly: true });
  try {
    return database
      .prepare(
        `select (select count(*) from results) as results,
           (select count(distinct pid) from attempts where ended_at_ms is not null and error is null) as pids,
           (select count(*) from attempts where ended_at_ms is not null and error is null) as ended`,
      )
      .get() as ReturnType<typeof attempts>;
  } finally {
    database.close();
  }
}

function withSettings(folder: string, settings: string): void {
  const path = join(folder, 's.yaml');
  writeFileSync(path, readFileSync(path, 'utf8') + settings);
}

describe('a sweep that is launched with --queue', () => {
  it('is trained by workers alone, each run once, and its results are those of one process', async () => {
    const folder = writeSweep(parent, 'two', 800);
    const launch = queued(folder);
    await launch.said(/18 to train/);
    const workers = [worker(folder), worker(folder)];
    expect(await launch.ended, launch.stderr()).toBe(0);
    expect(launch.stderr()).toContain('Workers train it: focalsweep worker --db results/focalsweep.db\n');
    expect(launch.stderr()).toMatch(/\n18 trained in /);
    for (const { child, ended, said } of workers) {
      await said(/Waiting for sweeps in results\/focalsweep.db that are launched with --queue/);
      child.kill('SIGTERM');
      expect(await ended).toBe(143);
    }
    expect(attempts(folder)).toEqual({ results: 18, pids: 2, ended: 18 });
    expect(fingerprint(folder)).toBe(trainedAlone(folder));
  });

  it('offers again what is offered no more and has not ended', async () => {
    const folder = writeSweep(parent, 'lost', 20);
    const launch = queued(folder);
    await launch.said(/18 waiting/);
    const database = new Database(join(folder, 'results', 'focalsweep.db'));
    database.prepare('delete from offers').run();
    database.close();
    const { child, ended } = worker(folder);
    expect(await launch.ended, launch.stderr()).toBe(0);
    expect(launch.stderr()).toMatch(/\n18 trained in /);
    child.kill('SIGTERM');
    await ended;
    expect(fingerprint(folder)).toBe(trainedAlone(folder));
  }, 60_000);

  it('goes on when a worker is killed, and when its own process is: another launch finishes it', async () => {
    const folder = writeSweep(parent, 'killed');
    let launch = queued(folder);
    await launch.said(/18 to train/);
    const [first, second] = [worker(folder), worker(folder)];
    await trainedSome(folder, 3);
    await kill(first);
    await trainedSome(folder, 6);
    await kill(launch);
    await trainedSome(folder, 8);
    launch = queued(folder);
    expect(await launch.ended, launch.stderr()).toBe(0);
    expect(second.stderr()).toMatch(/was taken over by .*\. Joining again\./);
    second.child.kill('SIGTERM');
    await second.ended;
    expect(await states(folder)).toEqual({ complete: 18 });
    expect(fingerprint(folder)).toBe(trainedAlone(folder));
  });

  it('decides at rungs and in generations as one process does, with workers that come and go', async () => {
    for (const settings of [
      'stop: {type: successive_halving, grace: 100, eta: 2}\n',
      'stop: {type: halving_then_racing, grace: 100, eta: 2}\n',
    ]) {
      const folder = writeSweep(parent, settings.slice(12, 15), 400);
      withSettings(folder, settings);
      const launch = queued(folder);
      await launch.said(/18 to train/);
      const early = worker(folder);
      await early.said(/Training for "small"/);
      await kill(early);
      const late = worker(folder, '--quit-after', '4');
      expect(await launch.ended, launch.stderr()).toBe(0);
      expect(await late.ended, late.stderr()).toBe(0);
      expect(fingerprint(folder)).toBe(trainedAlone(folder));
    }
  });

  it('is stopped by `stop`: workers let go of its runs, and nothing is offered any more', async () => {
    const folder = writeSweep(parent, 'stopped');
    const launch = queued(folder);
    await launch.said(/18 to train/);
    const other = worker(folder);
    await trainedSome(folder, 2);
    expect(focalsweep(folder, 'stop').status).toBe(0);
    expect(await launch.ended).toBe(143);
    const done = (await states(folder)).complete ?? 0;
    expect(done).toBeLessThan(18);
    await delay(1500);
    expect((await states(folder)).complete).toBeLessThanOrEqual(done + 1);
    other.child.kill('SIGTERM');
    await other.ended;
    expect(focalsweep(folder, 'launch', 's.yaml').status).toBe(0);
    expect(fingerprint(folder)).toBe(trainedAlone(folder));
  });
});

describe('a worker', () => {
  it('needs a database', () => {
    const folder = writeSweep(parent, 'none');
    const { status, stderr } = focalsweep(folder, 'worker');
    expect(status).toBe(4);
    expect(stderr).toMatch(/^error: results\/focalsweep.db: there i/);
  });

  it('leaves a sweep whose table is another one here to others, and says so; for that sweep alone it is an error', async () => {
    const folder = writeSweep(parent, 'table', 20);
    const launch = queued(folder);
    await launch.said(/18 to train/);
    const elsewhere = join(folder, '..', 'elsewhere');
    writeSweep(parent, 'elsewhere');
    writeFileSync(
      join(elsewhere, 'd.csv'),
      readFileSync(join(folder, 'd.csv'), 'utf8').replace('\n0,0,', '\n1,0,'),
    );
    const strange = worker(folder, '--folder', elsewhere, '--quit-after', '1');
    expect(await strange.ended).toBe(0);
    expect(strange.stderr()).toMatch(
      /error: \S+s.yaml: the data of "small" are others on this machine \(fingerprint \w{8}, at its launch \w{8}\)/,
    );
    expect(strange.stderr()).toContain('"small" is left to other workers.\n');
    const alone = focalsweep(folder, 'worker', '--folder', elsewhere, '--sweep', 'small');
    expect(alone.status).toBe(2);
    const right = worker(folder, '--quit-after', '3');
    expect(await launch.ended).toBe(0);
    await right.ended;
  });
});

describe('a sweep with `ship: true`', () => {
  it('gives its files to workers that have none, and keeps them no longer than it trains', async () => {
    const folder = writeSweep(parent, 'shipped', 20);
    const path = join(folder, 's.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('label: y', 'label: y, ship: true'));
    const launch = queued(folder);
    await launch.said(/18 to train/);
    renameSync(join(folder, 'd.csv'), join(folder, 'away.csv'));
    const other = worker(folder, '--quit-after', '3');
    expect(await launch.ended, launch.stderr()).toBe(0);
    expect(await other.ended, other.stderr()).toBe(0);
    renameSync(join(folder, 'away.csv'), join(folder, 'd.csv'));
    expect(fingerprint(folder)).toBe(trainedAlone(folder));
    const kept = focalsweep(folder, 'query', '--sql', 'select count(*) as files from shipped_files');
    expect(kept.stdout).toMatch(/^files\n+\s*0\n/);
  });

  it('refuses files elsewhere, and says where to put them', () => {
    const folder = writeSweep(parent, 'above');
    const path = join(folder, 's.yaml');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('source: d.csv, label: y', 'source: ../d.csv, label: y, ship: true'),
    );
    renameSync(join(folder, 'd.csv'), join(folder, '..', 'd.csv'));
    const { status, stderr } = focalsweep(folder, 'launch', 's.yaml', '--queue');
    expect(status).toBe(2);
    expect(stderr).toMatch(/s.yaml:6:\d+: \S+d.csv is not below the folder of the spec/);
  });
});

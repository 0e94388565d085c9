// The batch script as Slurm would run its tasks, with a `scontrol` that only notes what it is asked.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { MAIN, workFolder, writeSweep } from '../reliability/launched-sweep.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPT = join(ROOT, 'deploy/slurm/focalsweep.sbatch');
const SHARDS = 3;
const parent = workFolder();

/** A folder of a user who has installed the package, on a cluster. */
function cluster(name: string): { readonly folder: string; readonly requeued: () => string } {
  const folder = writeSweep(parent, name);
  const bin = join(folder, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(MAIN, join(bin, 'focalsweep'));
  symlinkSync(ROOT, join(folder, 'node_modules/focalsweep'));
  const scontrol = join(bin, 'scontrol');
  writeFileSync(scontrol, `#!/bin/sh\necho "$@" >> ${join(folder, 'requeued')}\n`);
  chmodSync(scontrol, 0o755);
  mkdirSync(join(folder, 'disk'));
  const noted = join(folder, 'requeued');
  return { folder, requeued: () => (existsSync(noted) ? readFileSync(noted, 'utf8') : '') };
}

interface Task {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly log: () => string;
}

function startTask(folder: string, id: number): Task {
  const env = {
    ...process.env,
    PATH: `${join(folder, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
    SPEC: 's.yaml',
    SHARDS: String(SHARDS),
    FOLDER: 'shared',
    TMPDIR: join(folder, 'disk'),
    SLURM_ARRAY_JOB_ID: '77',
    SLURM_ARRAY_TASK_ID: String(id),
    SLURM_ARRAY_TASK_COUNT: String(SHARDS),
    SLURM_CPUS_PER_TASK: '1',
  };
  const child = spawn('bash', [SCRIPT], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      log += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  return { child, ended, log: () => log };
}

async function said({ child, log }: Task, words: RegExp): Promise<void> {
  while (!words.test(log()) && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

describe.skipIf(process.platform === 'win32')('deploy/slurm/focalsweep.sbatch', () => {
  test('is a script that bash can read', () => {
    expect(spawnSync('bash', ['-n', SCRIPT], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  test('trains every shard, goes back into the queue before its time is up, and continues there', async () => {
    const { folder, requeued } = cluster('array');
    const focalsweep = (...args: readonly string[]) =>
      spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: 'utf8' });
    const first = startTask(folder, 1);
    await said(first, /^\[2\//m);
    first.child.kill('SIGUSR1');
    expect([await first.ended, requeued()]).toEqual([75, 'requeue 77_1\n']);
    const again = startTask(folder, 1);
    expect(await again.ended).toBe(0);
    expect(again.log()).toMatch(/[2-9] had results already/);
    for (const id of [2, 3]) expect(await startTask(folder, id).ended).toBe(0);
    expect(requeued()).toBe('requeue 77_1\n');
    const files = [1, 2, 3].map((id) => `shared/shard-${id}-of-3.db`);
    expect(focalsweep('merge', ...files).status).toBe(0);
    expect(focalsweep('launch', 's.yaml', '--db', 'whole.db').status).toBe(0);
    expect(focalsweep('fingerprint').stdout).toBe(focalsweep('fingerprint', '--db', 'whole.db').stdout);
    expect(spawnSync('ls', ['disk'], { cwd: folder, encoding: 'utf8' }).stdout).toBe('');
  });

  test('puts back what was recorded when its process is killed', async () => {
    const { folder } = cluster('killed');
    const task = startTask(folder, 1);
    await said(task, /^\[2\//m);
    const [launch] = spawnSync('pgrep', ['-P', String(task.child.pid)], { encoding: 'utf8' }).stdout.split(
      '\n',
    );
    process.kill(Number(launch), 'SIGKILL');
    expect(await task.ended).toBe(137);
    const again = startTask(folder, 1);
    expect(await again.ended).toBe(0);
    expect(again.log()).toMatch(/had (a result|results) already/);
  });

  test('says where its files are when the shared folder takes none', async () => {
    const { folder, requeued } = cluster('full');
    const task = startTask(folder, 1);
    await said(task, /to train/);
    rmSync(join(folder, 'shared'), { recursive: true });
    task.child.kill('SIGUSR1');
    expect([await task.ended, requeued()]).toEqual([74, '']);
    const [, kept = ''] = /could not be put into shared; they are in (\S+) on/.exec(task.log()) ?? [];
    expect(readdirSync(kept)).toContain('shard-1-of-3.db');
  });

  test('passes on what a launch refuses', async () => {
    const { folder } = cluster('refused');
    const task = startTask(folder, 4);
    expect(await task.ended).toBe(2);
    expect(task.log()).toContain('there is no shard 4 of 3');
  });
});

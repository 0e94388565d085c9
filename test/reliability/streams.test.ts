// What becomes of a command whose reader, disk or terminal goes away; needs compiled code.
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAIN, start, stateCounts, workFolder, writeSweep } from './launched-sweep.js';

const parent = workFolder();
const onLinux = process.platform === 'linux';
const LAUNCH = `'${process.execPath}' '${MAIN}' launch s.yaml --workers 1`;

function shell(folder: string, script: string): SpawnSyncReturns<string> {
  return spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
}

describe.skipIf(!onLinux)('output that cannot be written (Linux only)', () => {
  let folder: string;
  beforeAll(() => {
    folder = writeSweep(parent, 'unread', 20);
    expect(shell(folder, `${LAUNCH} 2>/dev/full`)).toMatchObject({ status: 0 });
  });
  const query = (rest: string) =>
    shell(folder, `'${process.execPath}' '${MAIN}' query --columns run ${rest}`);

  it('does not keep a sweep from training to its end: neither a stderr that is full nor one without a reader', () => {
    expect(stateCounts(folder)).toEqual({ complete: 18 });
    const piped = writeSweep(parent, 'piped', 200);
    const { stdout } = shell(piped, `(${LAUNCH} 2>&1 </dev/null; echo "rc $?" >rc.txt) | head -n 3`);
    expect(stdout.split('\n')).toHaveLength(4);
    expect(readFileSync(join(piped, 'rc.txt'), 'utf8')).toBe('rc 0\n');
    expect(stateCounts(piped)).toEqual({ complete: 18 });
  });

  it.each(['query --columns run', 'sweeps', 'check', '--help', 'launch s.yaml'])(
    'is one line on stderr and exit 74: %s',
    (command) => {
      const { status, stderr } = shell(folder, `'${process.execPath}' '${MAIN}' ${command} >/dev/full`);
      expect(stderr).toMatch(/^error: stdout: cannot be written: ENOSPC.*\n {2}fix: .*\n$/m);
      expect(stderr.match(/error:/g)).toHaveLength(1);
      expect(status).toBe(74);
    },
  );

  it('for lack of a reader is no error', () => {
    expect(query('| head -n 1')).toMatchObject({ status: 0, stdout: 'run\n', stderr: '' });
    const ended = shell(folder, `{ '${process.execPath}' '${MAIN}' query; echo $? >rc.txt; } | true`);
    expect(ended.stderr).toBe('');
    expect(readFileSync(join(folder, 'rc.txt'), 'utf8')).toBe('0\n');
  });
});

/** Runs a shell script in a terminal of its own; what it prints is not looked at. */
function inTerminal(folder: string, script: string) {
  // The terminal ends with `script`, and the shell stays to write down how the command ended.
  const command = `trap '' HUP; cd '${folder}'; ${script}`;
  return spawn('script', ['-qec', command, '/dev/null'], { env: { ...process.env, _: '' }, stdio: 'ignore' });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(20);
}

const hasScript = onLinux && spawnSync('script', ['--version']).status === 0;

describe.skipIf(!hasScript)(
  'a terminal that is closed (Linux with `script` only)',
  { concurrent: true },
  () => {
    const isTraining = (folder: string, state: string) => (): boolean => {
      try {
        return (stateCounts(folder)[state] ?? 0) > 0;
      } catch {
        return false; // There is no database yet.
      }
    };
    const written = async (folder: string, name: string): Promise<string> => {
      const file = join(folder, name);
      await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
      return readFileSync(file, 'utf8').trim();
    };

    it('drains the sweep, however often that is said', async () => {
      const folder = writeSweep(parent, 'closed', 1_000_000);
      const terminal = inTerminal(folder, `${LAUNCH} & echo $! >pid.txt; wait $!; echo $? >rc.txt`);
      await until(isTraining(folder, 'running'));
      const pid = Number(await written(folder, 'pid.txt'));
      terminal.kill('SIGKILL');
      process.kill(pid, 'SIGHUP');
      process.kill(pid, 'SIGHUP');
      expect(await written(folder, 'rc.txt')).toBe('143');
      expect(stateCounts(folder)).toEqual({ interrupted: 1, waiting: 17 });
    });

    it.each([
      ['nohup', `nohup ${LAUNCH} >log.txt 2>&1`],
      ['setsid', `setsid ${LAUNCH}`],
    ])('does not end a sweep under %s', async (name, command) => {
      const folder = writeSweep(parent, name, 700);
      const terminal = inTerminal(folder, `${command} & echo $! >pid.txt; wait $!; echo $? >rc.txt`);
      await until(isTraining(folder, 'complete'));
      const pid = Number(await written(folder, 'pid.txt'));
      terminal.kill('SIGKILL');
      // The shell that started it tells its own jobs; those of setsid are none any more.
      if (name === 'nohup') process.kill(pid, 'SIGHUP');
      expect(await written(folder, 'rc.txt')).toBe('0');
      expect(stateCounts(folder)).toEqual({ complete: 18 });
    });
  },
);

it.skipIf(!onLinux)('nohup keeps a sweep alive that is told SIGHUP (Linux only)', async () => {
  const folder = writeSweep(parent, 'told', 700);
  const sweep = start(folder, 'nohup', [process.execPath, MAIN, 'launch', 's.yaml', '--workers', '1']);
  await sweep.said(/^\[2\//m);
  sweep.child.kill('SIGHUP');
  expect(await sweep.ended).toBe(0);
  expect(stateCounts(folder)).toEqual({ complete: 18 });
});

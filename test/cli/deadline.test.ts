// Launches whose time is limited; all but the first tests need the compiled command line.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deadlineOf } from '../../src/cli/options/deadline-option.js';
import { UserError } from '../../src/errors.js';
import { launch, MAIN, type Started, workFolder, writeSweep } from '../reliability/launched-sweep.js';
import { thrown } from '../thrown.js';

const NOW_MS = Date.UTC(2026, 10, 28, 12);
const parent = workFolder();
const onWindows = process.platform === 'win32';

describe('--deadline', () => {
  test.each([
    ['90s', 90_000],
    ['55m', 3_300_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['2026-11-28T13:00Z', 3_600_000],
    ['2026-11-28 12:00:01Z', 1000],
    ['2026-11-28T14:00:00+01:00', 3_600_000],
  ])('%s', (text, leftMs) => {
    expect(deadlineOf(text, NOW_MS)).toBe(NOW_MS + leftMs);
  });

  test('a time without a zone is that of the machine', () => {
    expect(deadlineOf('2999-01-01T00:00', NOW_MS)).toBe(new Date(2999, 0, 1).getTime());
  });

  test.each([
    ['55', 'is no time'],
    ['', 'is no time'],
    ['1.5h', 'is no time'],
    ['30m1h', 'is no time'],
    ['tomorrow', 'is no time'],
    ['2026-13-01T00:00Z', 'is no time'],
    ['0s', 'is over already'],
    ['2026-11-28T11:59Z', 'is over already'],
  ])('"%s" %s', (text, mistake) => {
    const error = thrown(() => deadlineOf(text, NOW_MS));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: expect.stringContaining(mistake),
      where: '--deadline',
      fix: expect.stringContaining('1h30m'),
    });
  });

  test('is read before anything is trained', () => {
    const folder = writeSweep(parent, 'wrong');
    const args = [MAIN, 'launch', 's.yaml', '--deadline', '1 hour'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('--deadline: "1 hour" is no time')]);
    expect(readdirSync(folder)).not.toContain('results');
  });
});

const fingerprint = (folder: string) =>
  spawnSync(process.execPath, [MAIN, 'fingerprint'], { cwd: folder, encoding: 'utf8' }).stdout;

/** What a launch says of its runs, beside the checkpoints that it has left: none between two groups of runs. */
const saved = (folder: string, { stderr }: Started) => {
  const checkpoints = join(folder, 'results', 'focalsweep.db-checkpoints');
  return {
    interrupted: Number(/(\d+) interrupted/.exec(stderr())?.[1] ?? 0),
    checkpoints: existsSync(checkpoints) ? readdirSync(checkpoints).length : 0,
  };
};

test('a sweep that is launched again as long as it ends with 75 is the whole', async () => {
  const [folder, whole] = [writeSweep(parent, 'deadlines'), writeSweep(parent, 'whole')];
  const codes = [];
  // The longer a machine needs to begin, the more launches there are.
  for (let seconds = 1; codes.at(-1) !== 0; seconds++) {
    codes.push(await launch(folder, '--deadline', `${seconds}s`).ended);
  }
  expect(codes.length).toBeGreaterThan(1);
  expect(new Set(codes.slice(0, -1))).toEqual(new Set([75]));
  expect(await launch(whole).ended).toBe(0);
  expect(fingerprint(folder)).toBe(fingerprint(whole));
});

const TREES = `name: small
parameters: {gamma: {values: [0, 1, 2]}}
seeds: 6
model: {type: trees}
train: {epochs: 300, patience: 0}
data: {source: d.csv, label: y}
`;

describe.skipIf(onWindows)('a signal that time is nearly up', () => {
  test.each([
    ['networks', undefined, 'SIGUSR1', 75],
    ['trees', TREES, 'SIGUSR1', 75],
    ['networks of a container', undefined, 'SIGTERM', 143],
  ] as const)('lets %s save a checkpoint and end, to be launched again', async (name, spec, signal, code) => {
    const folder = writeSweep(parent, name, 600);
    if (spec !== undefined) writeFileSync(join(folder, 's.yaml'), spec);
    const stopped = launch(folder);
    await stopped.said(/^\[2\//m);
    stopped.child.kill(signal);
    expect(await stopped.ended).toBe(code);
    expect(stopped.stderr()).toMatch(new RegExp(`Stopped by ${signal}.*, \\d+ runs are left; continue with`));
    const { interrupted, checkpoints } = saved(folder, stopped);
    expect(checkpoints).toBe(interrupted);
    expect(await launch(folder).ended).toBe(0);
    const undisturbed = writeSweep(parent, `${name} at once`, 600);
    if (spec !== undefined) writeFileSync(join(undisturbed, 's.yaml'), spec);
    expect(await launch(undisturbed).ended).toBe(0);
    expect(fingerprint(folder)).toBe(fingerprint(undisturbed));
  });

  test('may come twice, and is no reason to end at once', async () => {
    const folder = writeSweep(parent, 'twice');
    const stopped = launch(folder);
    await stopped.said(/^\[2\//m);
    stopped.child.kill('SIGUSR1');
    await stopped.said(/Stopping/);
    stopped.child.kill('SIGUSR1');
    expect(await stopped.ended).toBe(75);
    expect(stopped.stderr()).toContain('Stopped by SIGUSR1');
  });
});

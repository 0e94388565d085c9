// Which runs train at the same time, on what, and with how many threads.
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type SweepFolder, sweepFolder } from './sweep-folder.js';

const PROGRAM = `
import { appendFileSync } from 'node:fs';
const { CUDA_VISIBLE_DEVICES: device = 'none', OMP_NUM_THREADS: threads } = process.env;
const note = (what) => appendFileSync('log.txt', \`\${what} \${device} \${threads}\\n\`);
note('start');
await new Promise((resolve) => setTimeout(resolve, 250));
note('end');
const split = { macro_f1: 0.5 };
appendFileSync(process.env.FOCALSWEEP_REPORT, JSON.stringify({ validation: split, test: split }) + '\\n');
`;

/** How many runs were under way at the same time at most, by device. */
function mostAtOnce(folder: SweepFolder, byDevice: boolean): ReadonlyMap<string, number> {
  const open = new Map<string, number>();
  const most = new Map<string, number>();
  for (const line of folder.lines('log.txt')) {
    const [what, device = ''] = line.split(' ');
    const key = byDevice ? device : 'all';
    const now = (open.get(key) ?? 0) + (what === 'start' ? 1 : -1);
    open.set(key, now);
    most.set(key, Math.max(now, most.get(key) ?? 0));
  }
  return most;
}

function trained(train: string, more = 'seeds: 8', ...options: string[]): SweepFolder {
  const folder = sweepFolder();
  folder.write('p.mjs', PROGRAM);
  folder.write('q.mjs', PROGRAM);
  folder.write('s.yaml', `name: devices\n${more}\ntrain: {${train}}\n`);
  const { status, stderr } = folder.focalsweep('launch', 's.yaml', ...options);
  expect(stderr).not.toContain('failed');
  expect(status).toBe(0);
  return folder;
}

describe('devices', () => {
  it('one run has each device at a time, however many workers there are', () => {
    const folder = trained('command: [node, p.mjs], gpus: [0, 1], workers: 4');
    expect(mostAtOnce(folder, true)).toEqual(
      new Map([
        ['0', 1],
        ['1', 1],
      ]),
    );
    expect(folder.sql('SELECT count(*) FROM results')).toEqual([8]);
  });

  it('and two programs share the devices', () => {
    const spaces = '[{name: p, train: {command: [node, p.mjs]}}, {name: q, train: {command: [node, q.mjs]}}]';
    const folder = trained('gpus: [GPU-8a, GPU-9b], workers: 4', `seeds: 4\nspaces: ${spaces}`);
    expect(mostAtOnce(folder, true)).toEqual(
      new Map([
        ['GPU-8a', 1],
        ['GPU-9b', 1],
      ]),
    );
    expect(folder.sql('SELECT count(*) FROM results')).toEqual([8]);
  });

  it('programs without devices see those that the environment names', () => {
    const folder = trained('command: [node, p.mjs], workers: 2', 'seeds: 2');
    const seen = folder.lines('log.txt').map((line) => line.split(' ')[1]);
    expect(new Set(seen)).toEqual(new Set([process.env.CUDA_VISIBLE_DEVICES ?? 'none']));
  });
});

describe('workers and cores', () => {
  const threadsIn = (folder: SweepFolder) =>
    new Set(folder.lines('log.txt').map((line) => line.split(' ')[2]));

  it('the spec says how many runs train at the same time', () => {
    const folder = trained('command: [node, p.mjs], workers: 3, cpus_per_run: 5');
    expect(mostAtOnce(folder, false)).toEqual(new Map([['all', 3]]));
    expect(threadsIn(folder)).toEqual(new Set(['5']));
  });

  it('and --workers says otherwise', () => {
    const folder = trained('command: [node, p.mjs], workers: 3', 'seeds: 3', '--workers', '1');
    expect(mostAtOnce(folder, false)).toEqual(new Map([['all', 1]]));
    expect(threadsIn(folder)).toEqual(new Set([String(availableParallelism())]));
  });
});

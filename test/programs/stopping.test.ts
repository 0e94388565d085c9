// Signals and kills while commands train: programs are asked to end, go on from what they saved, and never outlive their launch.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Launched, type SweepFolder, sweepFolder, until } from './sweep-folder.js';

const SPEC = `name: stopped
data: {source: d.csv, label: y}
seeds: 2
parameters: {gamma: {values: [0, 2]}}
train: {command: [node, answers.mjs, 30, 100], workers: 2}
`;

/** Waits until two programs have saved an epoch. */
async function inTraining(folder: SweepFolder, launch: Launched): Promise<void> {
  await until(() => folder.lines('log.txt').length >= 2);
  await until(() => launch.stderr().includes('Epoch 2 '));
}

/** What the programs of each run did, in order. */
function courses(folder: SweepFolder): readonly (readonly string[])[] {
  const runs = new Map<string, string[]>();
  for (const line of folder.lines('log.txt')) {
    const [run = '', ...did] = line.split(' ');
    runs.set(run, [...(runs.get(run) ?? []), did.join(' ')]);
  }
  return [...runs.values()];
}

/** The process that trains. */
function trainerOf({ pid }: Launched): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

describe.skipIf(process.platform !== 'linux')('a launch of commands (Linux only)', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'drains after %s by SIGTERM, and a relaunch goes on where each program stopped',
    async (signal, code) => {
      const folder = sweepFolder('answers.mjs');
      folder.write('s.yaml', SPEC);
      const launch = folder.launch('s.yaml', '--verbose');
      await inTraining(folder, launch);
      launch.send(signal);
      expect(await launch.ended).toBe(code);
      expect(await folder.left()).toEqual([]);
      const stopped = courses(folder);
      expect(stopped).toHaveLength(2);
      for (const course of stopped) expect(course[1]).toMatch(/^stopped after epoch \d+$/);
      expect(folder.sql("SELECT count(*) FROM run_states WHERE state = 'failed'")).toEqual([0]);

      const again = folder.focalsweep('launch', 's.yaml');
      expect(again.status).toBe(0);
      const ended = courses(folder);
      expect(ended).toHaveLength(4);
      for (const [first, second, third, fourth] of ended.slice(0, 2)) {
        expect([first, fourth]).toEqual(['begins after epoch 0', 'ends']);
        expect(third).toBe(second?.replace('stopped', 'begins'));
      }
      for (const course of ended.slice(2)) expect(course).toEqual(['begins after epoch 0', 'ends']);
      expect(folder.sql('SELECT count(*) FROM results')).toEqual([4]);
      const third = folder.focalsweep('launch', 's.yaml');
      expect(third.status).toBe(0);
      expect(courses(folder)).toEqual(ended);
    },
  );

  it('ends at once after a second SIGINT, and leaves nothing, not even daemons that ignore SIGTERM', async () => {
    const folder = sweepFolder('hostile.mjs');
    folder.write('s.yaml', hostileSpec('ignores-sigterm, daemon-and-waits'));
    const launch = folder.launch('s.yaml', '--verbose');
    await until(() => (launch.stderr().match(/Epoch 1 /g) ?? []).length >= 2);
    launch.send('SIGINT');
    await until(() => launch.stderr().includes('Stopping'));
    launch.send('SIGINT');
    expect(await launch.ended).toBe(130);
    expect(await folder.left()).toEqual([]);
  });

  it.each(['the process that watches', 'the process that trains', 'both'])(
    'leaves no program alive after kill -9 of %s, and a relaunch completes',
    async (victim) => {
      const folder = sweepFolder('answers.mjs', 'hostile.mjs');
      folder.write('s.yaml', hostileSpec('healthy, daemon-and-waits'));
      const launch = folder.launch('s.yaml', '--verbose');
      await until(() => (launch.stderr().match(/Epoch 1 /g) ?? []).length >= 2);
      const victims = {
        'the process that watches': [launch.pid],
        'the process that trains': [trainerOf(launch)],
        both: [trainerOf(launch), launch.pid],
      }[victim];
      for (const pid of victims ?? []) process.kill(pid, 'SIGKILL');
      await launch.ended;
      expect(await folder.left()).toEqual([]);
      expect(folder.sql('PRAGMA integrity_check')).toEqual(['ok']);
      folder.write('s.yaml', hostileSpec('healthy, healthy-too'));
      expect(folder.focalsweep('launch', 's.yaml').status).toBe(0);
    },
  );
});

function hostileSpec(behaviours: string): string {
  return `name: hostile
data: {source: d.csv, label: y}
seeds: 1
parameters: {behaviour: {values: [${behaviours}]}}
train: {command: [node, hostile.mjs, "\${behaviour}"], workers: 2}
`;
}

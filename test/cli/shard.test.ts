// Shards of a sweep, trained without knowing of each other; they need the compiled command line.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { launch as launchFrom, MAIN, writeSweep } from '../reliability/launched-sweep.js';
import { temporaryFolder } from '../store/temporary-folder.js';

const folder = temporaryFolder();
const SPEC = `
name: parts
seeds: 2
engine: native/wasm
data: {source: "builtin:malware21", rows: 600}
train: {epochs: 2}
spaces:
  - name: network
    parameters: {gamma: {values: [0, 2]}, hidden: {values: [[8], [12]]}, learning_rate: {values: [0.01, 0.003]}}
  - name: trees
    model: {type: trees}
    parameters: {gamma: {values: [0, 1]}, max_leaves: {values: [4, 8, 15]}}
`;

function focalsweepIn(cwd: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...environment };
  return spawnSync(process.execPath, [MAIN, ...args], { cwd, encoding: 'utf8', env });
}

const focalsweep = (...args: readonly string[]) => focalsweepIn(folder, args);
const launch = (...args: readonly string[]) => focalsweep('launch', 'parts.yaml', ...args);
const fingerprint = (db: string) => focalsweep('fingerprint', '--db', db).stdout;
const report = (db: string, format = 'json') => focalsweep('report', '--db', db, '--format', format).stdout;
const choices = (db: string) =>
  focalsweep('query', '--sql', 'select * from choices order by 1, 2', '--db', db, '--format', 'csv').stdout;
const KEPT = 'select run_id, 1 as kind from models union select run_id, 2 from logits order by 1, 2';
const files = [1, 2, 3].map((index) => `results/parts.shard-${index}-of-3.db`);
let whole: ReturnType<typeof launch>;

beforeAll(() => {
  writeFileSync(join(folder, 'parts.yaml'), SPEC);
  whole = launch('--db', 'whole.db');
  for (const index of [1, 2, 3]) launch('--shard', `${index}/3`);
  focalsweep('merge', ...files, '--db', 'all.db');
});

describe('shards 1/3, 2/3 and 3/3, merged', () => {
  test('have the fingerprint, the report and the choices of the whole', () => {
    expect(whole.status).toBe(0);
    expect(fingerprint('all.db')).toBe(fingerprint('whole.db'));
    expect(report('all.db')).toBe(report('whole.db'));
    expect(choices('all.db')).toBe(choices('whole.db'));
    expect(choices('whole.db')).toContain('parts');
  });

  test('are launched as the whole is launched again: nothing is trained, and the ranking is the same', () => {
    copyFileSync(join(folder, 'all.db'), join(folder, 'again.db'));
    const again = launch('--db', 'again.db');
    expect(again.stderr).toContain('0 trained, 28 had results already');
    expect(again.stdout).toBe(whole.stdout.replace('--db whole.db', '--db again.db'));
  });

  test('are the same in any order, merged twice, and of a file that had one of them already', () => {
    const [first = '', ...others] = files;
    copyFileSync(join(folder, first), join(folder, 'grown.db'));
    const { stdout, status } = focalsweep('merge', ...others.toReversed(), ...others, '--db', 'grown.db');
    expect(status).toBe(0);
    expect(stdout.match(/nothing new/g)).toHaveLength(2);
    expect(fingerprint('grown.db')).toBe(fingerprint('whole.db'));
    expect(choices('grown.db')).toBe(choices('whole.db'));
  });

  test('and merged again keep the weights, the report and the choices of the whole, even of a shard that was launched since', () => {
    copyFileSync(join(folder, 'all.db'), join(folder, 'twice.db'));
    const kept = () =>
      focalsweep('query', '--sql', KEPT, '--db', 'twice.db', '--format', 'csv').stdout.split('\n');
    const once = kept();
    expect(once.length).toBeGreaterThan(5);
    expect(launch('--shard', '1/3', '--db', files[0] ?? '').stdout).toContain('10 of 10 runs finished');
    expect(focalsweep('merge', ...files.toReversed(), '--db', 'twice.db').status).toBe(0);
    expect(kept()).toEqual(once);
    expect(report('twice.db')).toBe(report('all.db'));
    expect(choices('twice.db')).toBe(choices('whole.db'));
  });
});

describe('a shard', () => {
  test('trains its part, and says where it is and what comes next', () => {
    const again = launch('--shard', '2/3');
    expect([again.status, again.stdout]).toEqual([
      0,
      `parts, shard 2/3: 9 of 9 runs finished, in ${files[1]}\n`,
    ]);
    expect(again.stderr).toContain('npx focalsweep merge results/parts.shard-*-of-3.db');
  });

  test('is reported as a part of its sweep', () => {
    const text = report(files[0] ?? '', 'table');
    expect(text).toContain('10 of 28 runs finished');
    expect(text.replace(/\s+/g, ' ')).toContain('Only shard 1/3 is here');
    focalsweep('merge', ...files.slice(0, 2), '--db', 'two.db');
    expect(report('two.db', 'table').replace(/\s+/g, ' ')).toContain('Only the shards 1/3 and 2/3 are here');
    expect(report('all.db', 'table')).not.toContain('shard');
  });

  test('chooses nothing: only a whole sweep has choices', () => {
    expect(choices(files[0] ?? '')).not.toContain('parts');
  });

  test('is shown by plan and --dry-run, and continued by resume', () => {
    expect(focalsweep('plan', 'parts.yaml', '--shard', '3/3').stdout).toMatch(/28 runs, 0 to train/);
    expect(launch('--shard', '1/2', '--dry-run').stdout).toContain('shard 1/2: 14 of 28 runs');
    const resumed = focalsweep('resume', '--db', files[0] ?? '');
    expect(resumed.stdout).toContain('parts, shard 1/3: 10 of 10 runs finished');
    expect(resumed.stderr).toContain('only shard 1/3 is trained here');
  });

  test('may be empty', () => {
    const empty = launch('--shard', '30/30');
    expect([empty.status, empty.stdout]).toEqual([
      0,
      'parts, shard 30/30: 0 of 0 runs finished, in results/parts.shard-30-of-30.db\n',
    ]);
    const merged = focalsweep('merge', 'results/parts.shard-30-of-30.db', '--db', 'all.db');
    expect(merged.status).toBe(0);
    expect(fingerprint('all.db')).toBe(fingerprint('whole.db'));
  });

  test('of another engine is refused', () => {
    expect(launch('--shard', '2/3', '--engine', 'tfjs/cpu', '--db', 'other.db').status).toBe(0);
    const { status, stderr } = focalsweep('merge', 'other.db', '--db', files[0] ?? '');
    expect(status).toBe(4);
    expect(stderr).toMatch(/trained by different engines: native\/wasm@\d+, trees@\d+ here, tfjs\/cpu@/);
  });

  test('of a search that decides by results is refused with the place in its spec', () => {
    writeFileSync(join(folder, 'stopped.yaml'), `${SPEC}stop: {type: median, grace: 1}\n`);
    const { status, stderr } = focalsweep('launch', 'stopped.yaml', '--shard', '1/5');
    expect(status).toBe(2);
    expect(stderr).toMatch(/stopped\.yaml:\d+:\d+: `stop:` drops configurations/);
    expect(readdirSync(join(folder, 'results')).join()).not.toContain('1-of-5');
  });

  test('that is forgotten in an array of jobs is missed', () => {
    const array = { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '8' };
    const { stderr } = focalsweepIn(folder, ['launch', 'parts.yaml', '--db', 'whole.db'], array);
    expect(stderr).toContain('one of an array of 8 Slurm tasks');
  });
});

test('shards of whole configurations, each of which dropped logits by its own results, are the whole', () => {
  const gammas = Array.from({ length: 16 }, (_, at) => at / 4);
  const axes = `parameters: {gamma: {values: [${gammas}]}, hidden: {values: [[8], [12]]}}`;
  const [data] = /^data: .*$/m.exec(SPEC) ?? [];
  const spec = `name: many\nseeds: 2\nengine: native/wasm\ntrain: {epochs: 2}\n${data}\n${axes}\n`;
  writeFileSync(join(folder, 'many.yaml'), spec);
  for (const shard of ['1/2', '2/2']) {
    expect(focalsweep('launch', 'many.yaml', '--shard', shard).stdout).toContain('32 of 32 runs finished');
  }
  const halves = [1, 2].map((index) => `results/many.shard-${index}-of-2.db`);
  expect(focalsweep('merge', ...halves, '--db', 'many.db').status).toBe(0);
  expect(focalsweep('launch', 'many.yaml', '--db', 'undivided.db').status).toBe(0);
  expect(fingerprint('many.db')).toBe(fingerprint('undivided.db'));
  expect(report('many.db')).toBe(report('undivided.db'));
});

test('a shard that was killed is launched again, and the whole is the whole', async () => {
  const work = writeSweep(folder, 'killed', 100);
  const inWork = (...args: readonly string[]) => focalsweepIn(work, args);
  const killed = launchFrom(work, '--shard', '1/2');
  await killed.said(/^\[2\//m);
  killed.child.kill('SIGKILL');
  expect(await killed.ended).toBe('SIGKILL');
  for (const index of [1, 2]) expect(inWork('launch', 's.yaml', '--shard', `${index}/2`).status).toBe(0);
  expect(inWork('merge', 'results/small.shard-1-of-2.db', 'results/small.shard-2-of-2.db').status).toBe(0);
  expect(inWork('launch', 's.yaml', '--db', 'whole.db').status).toBe(0);
  const [merged, undisturbed] = [inWork('fingerprint'), inWork('fingerprint', '--db', 'whole.db')];
  expect(merged.stdout).toBe(undisturbed.stdout);
});

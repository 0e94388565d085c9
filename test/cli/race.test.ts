// A sweep that drops configurations, as people launch it: these tests run what `npm test` has built.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-race-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function focalsweep(...args: readonly string[]): SpawnSyncReturns<string> {
  const own = args.includes('--db') ? args : [...args, '--db', 'd.db'];
  return spawnSync(process.execPath, [main, ...own], { cwd: folder, encoding: 'utf8' });
}

const GRID = `name: raced
parameters: {gamma: {values: [0, 1, 2, 3]}, learning_rate: {values: [0.001, 0.01]}}
seeds: 2
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 8, patience: 0, batch_size: 64}
engine: native/wasm
`;
writeFileSync(join(folder, 'grid.yaml'), GRID);
writeFileSync(join(folder, 'raced.yaml'), `${GRID}stop: {type: successive_halving, grace: 2}\n`);

const epochsIn = ({ stderr }: SpawnSyncReturns<string>) =>
  stderr.match(/^Epoch \d+ Results:$/gm)?.length ?? 0;
const printOf = (db: string) => focalsweep('fingerprint', 'raced', '--db', db).stdout.split(' ')[0];

describe('a sweep that drops configurations', () => {
  it('is planned, launched and shown with what it saves', () => {
    const plan = focalsweep('plan', 'raced.yaml');
    expect(plan.stdout).toMatch(/cost: at most 128 epochs/);
    expect(plan.stdout).toMatch(
      /stop: successive_halving; about \d+ % of these epochs, by made-up learning curves/,
    );
    const launch = focalsweep('launch', 'raced.yaml', '--verbose');
    expect(launch.status).toBe(0);
    // 8 × 2 epochs, 4 × 2 more, then 2 to their end, both seeds; a baseline may be one of those or go on beside them.
    expect(launch.stderr).toMatch(/^[45] of 8 configurations go on after epoch 2 of 1 seed\.$/m);
    expect(launch.stderr).toMatch(/^[23] of [45] configurations go on after epoch 4 of 1 seed\.$/m);
    expect(launch.stderr).toMatch(/^[46] trained, 1[02] dropped in /m);
    expect(launch.stdout).toMatch(/of 8 configurations went on after epoch 2 of 1 seed, /);
    const { stdout } = focalsweep('query', '--where', 'state = pruned', '--columns', 'error');
    expect(stdout).toMatch(
      /dropped after epoch [24] of 1 seed: macro_f1 0\.\d{4}, the best that went on 0\.\d{4}/,
    );
    expect(focalsweep('plan', 'raced.yaml').stdout).toMatch(/16 runs, 0 to train/);
    expect(focalsweep('check').stdout).toMatch(/no problem/);
  });

  it('goes on from its checkpoints to the full grid when `stop:` is gone', () => {
    const before = epochsIn(focalsweep('launch', 'raced.yaml', '--db', 'e.db', '--verbose'));
    const paused = readdirSync(join(folder, 'e.db-checkpoints'));
    expect(paused.length).toBeGreaterThan(4);
    const after = epochsIn(focalsweep('launch', 'grid.yaml', '--db', 'e.db', '--verbose'));
    expect(before + after).toBe(8 * 2 * 8);
    expect(readdirSync(join(folder, 'e.db-checkpoints'))).toEqual([]);
    expect(focalsweep('launch', 'grid.yaml', '--db', 'f.db').status).toBe(0);
    expect(printOf('e.db')).toBe(printOf('f.db'));
  });

  it('says what was chosen also where whole runs were dropped', () => {
    const text = GRID.replace('name: raced', 'name: racing').replace('seeds: 2', 'seeds: 3');
    writeFileSync(join(folder, 'racing.yaml'), `${text}stop: {type: halving_then_racing, grace: 2}\n`);
    expect(focalsweep('launch', 'racing.yaml', '--db', 'h.db').status).toBe(0);
    const sql = (query: string) =>
      JSON.parse(focalsweep('query', '--sql', query, '--format', 'json', '--db', 'h.db').stdout);
    const [{ whole }] = sql("select count(*) as whole from runs_wide where state = 'complete'");
    const { choices, configurations } = JSON.parse(
      focalsweep('report', '--format', 'json', '--db', 'h.db').stdout,
    );
    const ranked = configurations.flatMap(({ runs }: { runs: readonly unknown[] }) => runs);
    expect(whole).toBeGreaterThan(ranked.length);
    const chosen = choices.map(({ configuration }: { configuration: string }) => configuration);
    const told = sql('select trial from leaderboard where chosen_for is not null');
    expect(told.map(({ trial }: { trial: string }) => trial).toSorted()).toEqual(
      [...new Set(chosen)].toSorted(),
    );
  });

  it('says what was dropped where cross-entropy alone goes on', () => {
    const text = GRID.replace('name: raced', 'name: plain').replace('[0, 1, 2, 3]', '[0, 40]');
    const one = text.replace('[0.001, 0.01]', '[0.01]');
    writeFileSync(join(folder, 'plain.yaml'), `${one}stop: {type: successive_halving, grace: 2}\n`);
    const { stderr } = focalsweep('launch', 'plain.yaml', '--db', 'i.db', '--verbose');
    expect(stderr).toContain('1 of 2 configurations goes on after epoch 2 of 1 seed.');
    const report = focalsweep('report', '--db', 'i.db').stdout;
    expect(report).toContain('1 of 2 configurations went on after epoch 2 of 1 seed; ');
    const { race } = JSON.parse(focalsweep('report', '--format', 'json', '--db', 'i.db').stdout);
    expect(race.dropped).toEqual([expect.objectContaining({ label: expect.stringContaining('gamma=40') })]);
    expect(race.dropped[0].best).toBeGreaterThan(race.dropped[0].value);
    const left = focalsweep(
      'query',
      '--sql',
      'select dropped from leaderboard where dropped is not null',
      '--db',
      'i.db',
    );
    expect(left.stdout).toMatch(
      /dropped after epoch 2 of 1 seed: macro_f1 0\.\d{4}, the best that went on 0\.\d{4}/,
    );
  });

  it('takes its checkpoints along when it is deleted', () => {
    focalsweep('launch', 'raced.yaml', '--db', 'g.db');
    expect(readdirSync(join(folder, 'g.db-checkpoints')).length).toBeGreaterThan(4);
    expect(focalsweep('delete', 'raced', '--yes', '--db', 'g.db').status).toBe(0);
    expect(readdirSync(join(folder, 'g.db-checkpoints'))).toEqual([]);
  });
});

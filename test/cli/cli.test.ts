import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-cli-'));
const db = join(folder, 'results', 'test.db');
const specFile = join(folder, 'spec.yaml');
const SPEC = `
name: tiny
parameters: {gamma: {values: [0, 2]}, alpha: {values: [1, balanced]}}
seeds: 2
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 2, learning_rate: 0.01}
engine: tfjs/cpu
`;

const onWindows = process.platform === 'win32';

function focalsweep(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('focalsweep', () => {
  let launched: SpawnSyncReturns<string>;
  beforeAll(() => {
    writeFileSync(specFile, SPEC);
    launched = focalsweep('launch', 'spec.yaml', '--db', db);
  });

  it('launch trains, says one line per run on stderr, ranks on stdout and says what to type next', () => {
    expect(launched.status).toBe(0);
    expect(launched.stderr).toMatch(/4 configurations, 8 runs, 8 to train/);
    expect(launched.stderr.match(/^\[\d\/8\] .*macro_f1 0\.\d{4}, weights of epoch \d of 2/gm)).toHaveLength(
      8,
    );
    expect(launched.stderr).toContain('npx focalsweep report tiny');
    expect(launched.stdout).toMatch(/tiny: 8 of 8 runs finished, 4 configurations/);
    expect(launched.stdout).toContain('(cross-entropy)');
    expect(launched.stdout + launched.stderr).not.toContain('\u001b');
  });

  it('launch again trains nothing', () => {
    const again = focalsweep('launch', 'spec.yaml', '--db', db);
    expect(again.stderr).toMatch(/0 trained, 8 had results already/);
    expect(again.stdout).toBe(launched.stdout);
  });

  it('launch --verbose prints the lines of every epoch', () => {
    const { stderr } = focalsweep(
      'launch',
      'spec.yaml',
      '--db',
      join(folder, 'verbose.db'),
      '--verbose',
      '--workers',
      '1',
    );
    const lines =
      /Epoch [12] Results:\n {2}Train Loss: \d+\.\d{4}, Train Acc: \d+\.\d{2}%\n {2}Val Loss: {3}\d+\.\d{4}, Val Acc: {3}\d+\.\d{2}%/g;
    expect(stderr.match(lines)).toHaveLength(16);
  });

  it('plan and launch --dry-run say the same and train nothing', () => {
    const fresh = join(folder, 'fresh.db');
    const steady = (text: string): string => text.replace(/about .*$/m, '');
    const plan = focalsweep('plan', 'spec.yaml', '--db', fresh);
    expect(plan.stdout).toMatch(/4 configurations × 2 seeds = 8 runs, 8 to train/);
    expect(steady(focalsweep('launch', 'spec.yaml', '--db', fresh, '--dry-run').stdout)).toBe(
      steady(plan.stdout),
    );
    expect(focalsweep('sweeps', '--db', fresh).status).toBe(4);
    expect(focalsweep('plan', 'spec.yaml', '--db', db).stdout).toMatch(/8 runs, 0 to train/);
    const paid = focalsweep('plan', 'spec.yaml', '--db', fresh, '--budget', '5runs').stdout;
    expect(paid).toMatch(/8 runs, 4 to train/);
    expect(paid).toContain('budget: 5 runs; it pays for 2 of 4 configurations');
  });

  it.each([
    [
      'stop: {type: halving_then_racing}\nbudget: {runs: 5}',
      / at most 5 to train\n[\s\S]* {2}budget: 5 runs; a whole search, whose cost is below, usually takes about \d+ and at most 8 runs, so this one probably ends sooner\n/,
    ],
    [
      'stop: {type: halving_then_racing}\nbudget: {epochs: 1000}',
      / at most 8 to train\n[\s\S]* {2}budget: 1000 epochs; a whole search, whose cost is below, usually takes about \d+ and at most 80 epochs\n/,
    ],
    [
      'budget: {runs: 5, minutes: 10}',
      / at most 4 to train\n[\s\S]*; it pays for at most 2 of 4 configurations, /,
    ],
    [
      'budget: {runs: 1}',
      / 0 to train\n[\s\S]* {2}budget: 1 run; it pays for no configuration with all of its seeds; /,
    ],
  ])('plan says of %j what the search may train and what it usually takes', (search, said) => {
    const long = SPEC.replace(/epochs: \d+/, 'epochs: 10');
    writeFileSync(join(folder, 'budget.yaml'), `${long}\n${search}\n`);
    expect(focalsweep('plan', 'budget.yaml', '--db', join(folder, 'fresh.db')).stdout).toMatch(said);
  });

  it.each([
    [
      'failed',
      'train: {epochs: 3, optimizer: sgd, momentum: 0.9, weight_decay: 1, learning_rate: 100}',
      [],
      0,
    ],
    ['are past the time', 'train: {epochs: 2}', ['--budget', '0.001s'], 0],
    [
      'are dropped or not paid for',
      'train: {epochs: 12}\nstop: {type: halving_then_racing}\nbudget: {epochs: 60}',
      [],
      undefined,
    ],
  ])('plan waits for what the launch after it does: not for runs that %s', (_why, search, options, left) => {
    const rest = SPEC.replace(/^(train|engine):.*$/gm, '').replace('tiny', 'waiting');
    writeFileSync(join(folder, 'waiting.yaml'), `${rest}\n${search}\n`);
    const fresh = join(mkdtempSync(join(folder, 'waiting-')), 'runs.db');
    focalsweep('launch', 'waiting.yaml', '--db', fresh, ...options);
    const plan = focalsweep('plan', 'waiting.yaml', '--db', fresh, ...options).stdout;
    const again = focalsweep('launch', 'waiting.yaml', '--db', fresh, ...options).stderr;
    const waiting = / (\d+) to train/;
    expect(waiting.exec(plan)?.[1]).toBe(waiting.exec(again)?.[1]);
    expect(
      left === undefined ? Number(waiting.exec(plan)?.[1]) < 8 : plan.includes(`, ${left} to train`),
    ).toBe(true);
    const retry = `try again with: focalsweep retry waiting --failed --db ${fresh}`;
    expect(again.includes(retry)).toBe(search.includes('learning_rate: 100'));
    expect(plan.includes('8 failed before and are skipped')).toBe(search.includes('learning_rate: 100'));
  });

  it('launch says at its start what plan does, and counts runs up to that', () => {
    const raced = SPEC.replace('tiny', 'short').replace(/epochs: \d+/, 'epochs: 10');
    writeFileSync(
      join(folder, 'short.yaml'),
      `${raced}\nstop: {type: halving_then_racing}\nbudget: {runs: 5}\n`,
    );
    const fresh = join(folder, 'short.db');
    const said = /8 runs, at most 5 to train/;
    expect(focalsweep('plan', 'short.yaml', '--db', fresh).stdout).toMatch(said);
    const { stderr } = focalsweep('launch', 'short.yaml', '--db', fresh);
    expect(stderr).toMatch(said);
    expect(stderr).toMatch(/^\[1\/[45]\] /m);
  });

  it('plan says what is the baseline where the spec names it', () => {
    const named = SPEC.replace(/^parameters:.*$/m, 'parameters: {gamma: {values: [0, 1, 2]}}');
    writeFileSync(join(folder, 'named.yaml'), `${named}\nbaseline: {gamma: 2}\nwhere: gamma < 2\n`);
    const { stdout } = focalsweep('plan', 'named.yaml', '--db', join(folder, 'fresh.db'));
    expect(stdout).toContain('including 1 baseline (gamma=2) that `where:` leaves out');
  });

  it('plan and data say how many features an encoding of numbers gives', () => {
    const bins = 'encode_numbers: {piecewise_linear: 4}';
    const axis = SPEC.replace('{gamma', '{encode_numbers: {values: [none, {piecewise_linear: 4}]}, gamma');
    writeFileSync(join(folder, 'axis.yaml'), axis);
    writeFileSync(join(folder, 'constant.yaml'), SPEC.replace('rows: 600', `rows: 600, ${bins}`));
    const { stdout } = focalsweep('plan', 'axis.yaml', '--db', join(folder, 'fresh.db'));
    const said = /64 features \(encode_numbers=none\) or (\d+) \(encode_numbers=\{piecewise_linear:4\}\)/;
    const [, many] = said.exec(stdout.replace(/\s+/g, ' ')) ?? [];
    expect(Number(many)).toBeGreaterThan(128);
    const data = focalsweep('data', 'constant.yaml').stdout;
    expect(data).toContain(`${many} features from 64 columns`);
    expect(data).toContain('A number is up to 4 features in [0, 1]');
    expect(JSON.parse(focalsweep('data', 'constant.yaml', '--format', 'json').stdout)).toMatchObject({
      features: Number(many),
      encode_numbers: { piecewise_linear: 4 },
    });
  });

  it('data shows classes, splits and normalisation', () => {
    const { stdout } = focalsweep('data', 'spec.yaml');
    expect(stdout).toMatch(/600 rows, 64 features from 64 columns, 21 classes/);
    expect(stdout).toMatch(/Features are z-normalised/);
    expect(stdout).toMatch(/difference in rare recall below 0\.\d+ cannot be shown/);
    expect(JSON.parse(focalsweep('data', 'spec.yaml', '--format', 'json').stdout)).toMatchObject({
      rows: 600,
      features: 64,
    });
  });

  it('report writes every format', () => {
    const json = JSON.parse(focalsweep('report', '--db', db, '--format', 'json').stdout);
    expect(json.configurations).toHaveLength(4);
    expect(json.configurations.map((row: { rank: number }) => row.rank)).toEqual([1, 2, 3, 4]);
    const means = json.configurations.map(
      (row: { metrics: { macro_f1: { mean: number } } }) => row.metrics.macro_f1.mean,
    );
    expect(means).toEqual(means.toSorted((a: number, b: number) => b - a));
    const csv = focalsweep('report', 'tiny', '--db', db, '--format', 'csv').stdout.trim().split('\n');
    expect(csv).toHaveLength(5);
    const out = join(folder, 'reports', 'tiny.md');
    expect(focalsweep('report', 'tiny', '--db', db, '--format', 'md', '--out', out).stdout).toBe('');
    expect(readFileSync(out, 'utf8')).toMatch(
      /^## tiny: .*\n\n- For macro-F1 use [\s\S]*\n## Ranked by .*\n\n\| \\?# \| configuration/,
    );
  });

  it('query filters, sorts and formats', () => {
    const rows = JSON.parse(
      focalsweep(
        'query',
        'tiny',
        '--db',
        db,
        '--where',
        'gamma >= 2 and alpha = balanced',
        '--sort',
        '-rare_recall,macro_f1',
        '--format',
        'json',
      ).stdout,
    ) as { gamma: number; alpha: string }[];
    expect(rows).toHaveLength(2);
    expect(rows.every((row) => row.gamma === 2 && row.alpha === 'balanced')).toBe(true);
    const lines = focalsweep(
      'query',
      '--db',
      db,
      '--columns',
      'run,macro_f1',
      '--limit',
      '3',
      '--format',
      'csv',
    )
      .stdout.trim()
      .split('\n');
    expect(lines[0]).toBe('run,macro_f1');
    expect(lines).toHaveLength(4);
    expect(
      focalsweep('query', '--db', db, '--sql', 'select count(*) as n from runs_wide', '--format', 'ndjson')
        .stdout,
    ).toBe('{"n":8}\n');
    expect(focalsweep('query', '--db', db, '--sql', 'delete from runs').status).toBe(2);
  });

  it('launch records what it chose for the aims: leaderboard and query have what the report says', () => {
    const query = (...args: string[]) =>
      JSON.parse(focalsweep('query', '--db', db, '--format', 'json', ...args).stdout);
    const leaderboard = () =>
      query('--sql', "select trial, chosen_for from leaderboard where sweep = 'tiny' and chosen_for <> ''");
    const { choices } = JSON.parse(
      focalsweep(
        'report',
        'tiny',
        '--db',
        db,
        '--format',
        'json',
        '--choose',
        '{maximize: accuracy, name: other}',
      ).stdout,
    );
    expect(choices).toMatchObject([{ aim: 'other' }]);
    const report = JSON.parse(focalsweep('report', 'tiny', '--db', db, '--format', 'json').stdout);
    const aims = new Map<string, string[]>();
    for (const { aim, configuration } of report.choices as { aim: string; configuration: string }[]) {
      aims.set(configuration, [...(aims.get(configuration) ?? []), aim]);
    }
    expect([...aims.values()].flat().toSorted()).toEqual(['overall', 'rare classes']);
    const expected = [...aims].map(([trial, own]) => ({ trial, chosen_for: own.join(', ') }));
    expect(leaderboard()).toHaveLength(expected.length);
    expect(leaderboard()).toEqual(expect.arrayContaining(expected));
    const rare = query('tiny', '--where', "chosen_for like '%rare%'", '--columns', 'trial,chosen_for');
    const chosen = expected.find(({ chosen_for: own }) => own.includes('rare'));
    expect(rare).toEqual([chosen, chosen]);
  });

  it('launch of a spec with other aims trains nothing and records the choices for these', () => {
    const own = join(folder, 'other-aims.db');
    copyFileSync(db, own);
    writeFileSync(
      join(folder, 'other-aims.yaml'),
      `${SPEC}choose: [{name: none, maximize: mcc, constraints: {accuracy: ">= 1"}}, {name: right, maximize: accuracy}]\n`,
    );
    const launch = focalsweep('launch', 'other-aims.yaml', '--db', own);
    expect(launch.stderr).toMatch(/0 trained, 8 had results already/);
    const sql = 'select distinct chosen_for from leaderboard where chosen_for is not null';
    expect(focalsweep('query', '--db', own, '--sql', sql, '--format', 'csv').stdout).toBe(
      'chosen_for\nright\n',
    );
  });

  it('show, compare, sweeps and fingerprint read what was recorded', () => {
    const [run] = JSON.parse(
      focalsweep('query', '--db', db, '--columns', 'run,trial', '--limit', '1', '--format', 'json').stdout,
    );
    expect(focalsweep('show', run.run.slice(0, 8), '--db', db).stdout).toMatch(/Epochs\nepoch {2}train_loss/);
    expect(focalsweep('compare', run.trial, 'tiny', run.run, '--db', db).stdout).toMatch(
      /3 sides; A is the reference.*macro_f1 +A .*\n +B .*\n +C /s,
    );
    expect(focalsweep('sweeps', '--db', db).stdout).toMatch(/tiny +4 +8 +8 +0 +0 +tfjs\/cpu@2/);
    expect(focalsweep('fingerprint', '--db', db).stdout).toMatch(/^[0-9a-f]{64} {2}tiny\n$/);
  });

  it('show, compare and query take what the ranking prints: ranks and starts of ids', () => {
    const ranking = JSON.parse(focalsweep('report', 'tiny', '--db', db, '--format', 'json').stdout) as {
      configurations: { trial_id: string; runs: { run_id: string }[] }[];
    };
    const [first, , third] = ranking.configurations;
    const shown = focalsweep('show', (third?.trial_id ?? '').slice(0, 8), '--db', db).stdout;
    expect(shown).toMatch(/^Trial [0-9a-f]{16}: .*, 2 of 2 runs finished\n/);
    expect(focalsweep('show', 'tiny#3', '--db', db).stdout).toContain('It is tiny#3.');
    expect(JSON.parse(focalsweep('show', 'best', '--db', db, '--format', 'json').stdout)).toMatchObject({
      trial_id: first?.trial_id,
      runs: first?.runs.map(({ run_id }) => ({ run_id })),
    });
    expect(focalsweep('compare', '#3', 'best', '--db', db).stdout).toMatch(/A +tiny#3 .*\nB +tiny#1 /);
    const rows = focalsweep(
      'query',
      '--db',
      db,
      '--where',
      'trial = #3',
      '--columns',
      'trial',
      '--format',
      'csv',
    );
    expect(rows.stdout).toBe(`trial\n${third?.trial_id}\n${third?.trial_id}\n`);
    expect(rows.stderr).toBe(`note: trial #3 is tiny#3, ${third?.trial_id}\n`);
  });

  it('doctor says what is there', () => {
    const { stdout, status } = focalsweep('doctor');
    expect(status).toBe(0);
    expect(stdout).toMatch(/tfjs\/wasm +yes/);
  });

  it.each(['--help', '-h', '--h', 'help'])('%s shows what a command takes', (asked) => {
    expect(focalsweep('launch', asked).stdout).toMatch(/--stall-timeout +Seconds/);
  });

  it.each([
    [['luanch'], 2, /Did you mean "launch"/],
    [[], 2, /no command given/],
    [['launch'], 2, /launch needs <spec>/],
    [['launch', '--no-verbose', '--stallTimeout', '30'], 2, /launch needs <spec>/],
    [['plan', '--yes', 'sweep.yaml'], 2, /plan does not take "yes"/],
    [['launch', 'nope.yaml'], 2, /nope\.yaml: the spec cannot be read/],
    [['launch', 'spec.yaml', '--wrkers', '2'], 2, /Did you mean "workers"/],
    [['launch', 'spec.yaml', '--workers', '0'], 2, /whole number from 1/],
    [['launch', 'spec.yaml', '--engine', 'tfjs/wsm', '--db', 'x.db'], 2, /Did you mean "tfjs\/wasm"/],
    [['report', '--db', 'nope.db'], 4, /there is no database/],
    [['report', 'tinny', '--db', db], 2, /Did you mean "tiny"/],
    [['query', '--db', db, '--where', 'gama > 1'], 2, /Did you mean "gamma"/],
    [['query', '--db', db, '--limit', '0'], 2, /whole number/],
    [
      ['show', 'zzzz', '--db', db],
      2,
      /zzzz[\s\S]*fix: `focalsweep report --db \S+` lists trials, `focalsweep query --db \S+` runs\./,
    ],
    [
      ['export', '--out', 'x', '--db', db],
      2,
      /focalsweep export best --to onnx --out model\.onnx --db \S+test\.db$/m,
    ],
    [['show', 'tiny', '--db', db], 2, /tiny#1 is its best configuration/],
    [['show', '#9', '--db', db], 2, /Its ranks are #1 to #4/],
    [['compare', 'best', 'tinny#1', '--db', db], 2, /Did you mean "tiny"/],
    [['query', '--db', db, '--where', 'trial = #0'], 2, /Its ranks are #1 to #4/],
  ] as [string[], number, RegExp][])('%j is a mistake that is explained', (args, status, message) => {
    const { stderr, stdout, status: given } = focalsweep(...args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(given).toBe(status);
  });

  it('stops on SIGINT with exit 130 and says how to continue', async () => {
    const long = join(folder, 'long.yaml');
    const longDb = join(folder, 'long.db');
    writeFileSync(long, SPEC.replace('epochs: 2', 'epochs: 100000, patience: 0'));
    const child = spawn(process.execPath, [main, 'launch', long, '--db', longDb, '--verbose'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      if (!stderr.includes('Epoch 2') && `${stderr}${chunk}`.includes('Epoch 2')) child.kill('SIGINT');
      stderr += chunk;
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(130);
    expect(stderr).toMatch(/interrupted/);
    expect(stderr).toMatch(/continue with: focalsweep launch/);
  });

  it.skipIf(onWindows)(
    'stops on SIGINT at once while nothing is trained, even where the spec has no end',
    async () => {
      const pipe = join(folder, 'pipe.yaml');
      spawnSync('mkfifo', [pipe]);
      const child = spawn(process.execPath, [main, 'launch', pipe], { stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      const end = new Promise((resolve) => child.on('close', resolve));
      const writer = await openWhenRead(pipe);
      child.kill('SIGINT');
      expect(await end).toBe(130);
      expect(stderr).toMatch(/Stopped before training began/);
      closeSync(writer);
    },
  );

  it.skipIf(onWindows)(
    'reads a database that it may not write, nor its folder, and refuses to train into it',
    ({ skip }) => {
      const shelf = join(folder, 'shelf');
      const kept = join(shelf, 'kept.db');
      mkdirSync(shelf);
      copyFileSync(db, kept);
      for (const path of [kept, shelf]) chmodSync(path, 0o555);
      chmodSync(folder, 0o755);
      // Root may write whatever is forbidden.
      const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
      const start = (...args: string[]) =>
        spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8', ...nobody });
      const run = (...args: string[]) => start(...args, '--db', kept);
      skip(start('--version').status !== 0, 'the user nobody may not run this program here');
      const print = focalsweep('fingerprint', '--db', db).stdout;
      expect(run('fingerprint')).toMatchObject({ status: 0, stdout: print });
      expect(run('query', '--sql', 'select count(*) from results').stdout).toMatch(/^ *8$/m);
      expect(run('launch', 'spec.yaml')).toMatchObject({ status: 4 });
      expect(run('launch', 'spec.yaml').stderr).toMatch(/there is no permission to write the database/);
      chmodSync(shelf, 0o755);
    },
  );
});

/** Opens a pipe for writing as soon as somebody waits to read it. */
async function openWhenRead(pipe: string): Promise<number> {
  for (;;) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await delay(10);
    }
  }
}

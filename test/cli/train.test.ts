// `focalsweep train` as people call it: these tests run what `npm test` has built.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeModel } from '../../src/model/file/model-file.js';
import { openStore } from '../../src/store/open-store.js';
import { tableFile } from '../predict/table.js';
import { MAIN, start } from '../reliability/launched-sweep.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-train-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPEC = `
name: flows
parameters: {gamma: {values: [0, 2]}, learning_rate: {values: [0.01, 0.03]}}
seeds: 3
data: {source: rows.csv, label: family, split: {validation: 0.25, test: test.csv}}
model: {hidden: [8]}
train: {epochs: 6, patience: 0}
`;
const SETTINGS = ['--set', 'gamma=2', '--set', 'learning_rate=0.03'];

function focalsweep(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: 'utf8' });
}
const train = (...args: readonly string[]) => focalsweep('train', 'flows.yaml', ...args);
const model = (name: string) => decodeModel(readFileSync(join(folder, name)), name);

beforeAll(() => {
  writeFileSync(join(folder, 'rows.csv'), tableFile(500));
  writeFileSync(join(folder, 'test.csv'), tableFile(200));
  writeFileSync(join(folder, 'flows.yaml'), SPEC);
});

describe('one configuration', () => {
  let trained: SpawnSyncReturns<string>;
  beforeAll(() => {
    trained = train(...SETTINGS, '--seed', '2', '--out', 'm.safetensors');
  });

  it('shows its epochs while it trains, then metrics, classes and advice, in 80 columns without colours', () => {
    const epochs =
      /Epoch \d Results:\n {2}Train Loss: \d.*\n {2}Val Loss: .*\n {2}Val Macro-F1: \d\.\d{4}, Val Rare Recall: /g;
    expect(trained.stderr.match(epochs)).toHaveLength(6);
    expect(trained.stderr).not.toMatch(/1 seed per configuration/);
    expect(trained.stdout).toMatch(/^gamma=2 learning_rate=0\.03 seed 2, complete\n/);
    expect(trained.stdout).toMatch(/\nmacro_f1 +0\.\d{4} +0\.\d{4}\n/);
    expect(trained.stdout).toMatch(/\nroc_auc +0\.\d{4} +–\n/);
    expect(trained.stdout).toMatch(/\nclass +rare +val\. +precision +recall +f1 +test +test recall\n/);
    expect(trained.stdout).toContain('\nWhat to try next\n');
    const tables = trained.stdout.split('\n').filter((line) => !/\.( |$)/.test(line));
    expect(Math.max(...tables.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(`${trained.stdout}${trained.stderr}`).not.toContain('\u001b');
    expect(trained.status).toBe(0);
  });

  it('prints the metric that chooses its epochs', () => {
    writeFileSync(join(folder, 'ranked.yaml'), `${SPEC}metric: {name: roc_auc}\n`);
    const { stderr } = focalsweep('train', 'ranked.yaml', ...SETTINGS, '--seed', '2');
    expect(stderr.match(/Val Rare Recall: [\d.]+, Val roc_auc: 0\.\d{4}\n/g)).toHaveLength(6);
  });

  it('writes a model that predicts what was shown, and nothing else', () => {
    const { members } = model('m.safetensors');
    expect(members.map(({ seed, config }) => [seed, config])).toEqual([
      [2, expect.objectContaining({ gamma: 2, learning_rate: 0.03, epochs: 6 })],
    ]);
    const { stderr, stdout } = focalsweep(
      'predict',
      'm.safetensors',
      'test.csv',
      '--labels',
      'family',
      '--out',
      'p.csv',
    );
    const shown = /\nmacro_f1 +0\.\d{4} +(0\.\d{3})/.exec(trained.stdout)?.[1];
    expect(shown).toBeDefined();
    expect(stdout + stderr).toMatch(new RegExp(`macro_f1 +${shown}`));
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });

  it('does not write over a file unless it is forced, and says so before it trains', () => {
    const refused = train(...SETTINGS, '--out', 'm.safetensors');
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/^error: .*exists already\n.*--force/),
    ]);
    expect(train(...SETTINGS, '--out', 'm.safetensors', '--force').status).toBe(0);
    expect(model('m.safetensors').members.map(({ seed }) => seed)).toEqual([1]);
  });

  it('gives the same run as a launch, down to its id', async () => {
    expect(focalsweep('launch', 'flows.yaml', '--db', 'r.db').status).toBe(0);
    const { run, test } = JSON.parse(
      train(...SETTINGS, '--seed', '2', '--format', 'json', '--db', 'r.db').stdout,
    );
    const reader = await openStore(join(folder, 'r.db')).reader();
    try {
      const recorded = await reader.run(run.run_id);
      expect(run.validation.metrics.macro_f1).toBe(recorded.result?.validation.metrics.macro_f1);
      expect(test.metrics.macro_f1).toBe(recorded.result?.test.metrics.macro_f1);
      expect(run.epochs).toHaveLength(6);
    } finally {
      await reader.close();
    }
  });

  it('is advised what may help its rare classes, without a word on what other configurations have tried', () => {
    const { stdout } = train('--set', 'gamma=0', '--set', 'learning_rate=0.00001', '--set', 'epochs=1');
    const advice = stdout.replaceAll(/\n +/g, ' ').replaceAll(/\s+/g, ' ');
    expect(advice).toMatch(/Most rows of the rare classes are missed.* Try α balanced\./);
    expect(advice).not.toMatch(/no sweep|none of these/);
  });

  it('that diverges ends with code 1, and with the advice of a report', () => {
    const { status, stdout } = train(
      '--set',
      'gamma=0',
      '--set',
      'learning_rate=100',
      '--set',
      'optimizer=sgd',
      '--set',
      'hidden=[64, 64, 64, 64]',
    );
    expect(stdout).toMatch(/seed 1, failed\n[\s\S]*Failed: training diverged in epoch \d/);
    expect(stdout).toMatch(/What to try next\n.*Try learning_rate \d/);
    expect(status).toBe(1);
  });

  it.each([
    [
      [],
      /several configurations: gamma is 0, 2; learning_rate is 0\.01, 0\.03\n.*--set gamma=0 --set learning_rate=0\.01/,
    ],
    [['--set', 'gama=2'], /--set gama=2: there is no setting "gama"\. Did you mean "gamma"\?/],
    [[...SETTINGS, '--out', '.'], /this is a folder/],
  ])('%j is refused in a line or two', (args, message) => {
    const { status, stdout, stderr } = train(...args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect([status, stdout]).toEqual([2, '']);
  });
});

describe('all rows', () => {
  it('train the configuration that ranks first, as long as its seeds took by the median, one model for each', async () => {
    const { status, stdout, stderr } = train('--all-rows', '--db', 'r.db', '--out', 'all.safetensors');
    expect(stderr).toMatch(/^No --set is given, so flows#overall it is: gamma=\d learning_rate=0\.0[13]\.$/m);
    expect(stderr).toContain('Results of seeds 1–3 are in r.db.');
    expect(stderr).not.toMatch(/Val |macro_f1/);
    const reader = await openStore(join(folder, 'r.db')).reader();
    const { members } = model('all.safetensors');
    const [first] = members;
    const recorded = (await reader.runs('flows')).filter(
      ({ trialId }) =>
        trialId ===
        JSON.parse(focalsweep('show', 'flows#1', '--db', 'r.db', '--format', 'json').stdout).trial_id,
    );
    await reader.close();
    const chosen = recorded.map(({ chosenEpoch }) => chosenEpoch).sort((a, b) => a - b);
    expect(first?.config).toMatchObject({ epochs: chosen[1], patience: 0, select: 'last' });
    expect(members.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(stdout).toMatch(/\nmacro_f1 +0\.\d{3} +0\.\d{3} +[+−]?0\.\d{3}\n/);
    expect(stdout).toContain('No validation row is left to check these models.');
    expect(status).toBe(0);
  });

  it('count every row that is no test row', () => {
    const { classes, seeds } = JSON.parse(
      train('--all-rows', ...SETTINGS, '--db', 'r.db', '--format', 'json').stdout,
    );
    const sum = (of: 'before' | 'after') =>
      classes.reduce((total: number, own: { before: number; after: number }) => total + own[of], 0);
    expect(sum('after')).toBe(500);
    expect(sum('before')).toBeLessThan(400);
    expect(seeds).toHaveLength(3);
  });

  it('first train the seeds where no sweep was launched', () => {
    const { stderr, stdout } = train('--all-rows', ...SETTINGS, '--seed', '7');
    expect(stderr).toContain('To find the number of epochs, first with validation rows:');
    expect(stderr.match(/^Epoch \d+ Results:\n {2}Train.*\n {2}Val Loss/gm)).toHaveLength(6);
    expect(stdout).toContain('mean over seed 7\n');
  });

  it('grow trees for rounds', () => {
    writeFileSync(join(folder, 'trees.yaml'), SPEC.replace('hidden: [8]', 'type: trees'));
    const { stderr, stdout } = focalsweep('train', 'trees.yaml', ...SETTINGS, '--seed', '1', '--all-rows');
    expect(stderr).toContain('To find the number of rounds, first with validation rows:');
    expect(stderr).toMatch(/^On training and validation rows together, \d rounds?:$/m);
    expect(stdout).toMatch(/^Every model was trained for \d rounds?, the median of/m);
  });

  it('are not for folds that a spec does not have', () => {
    writeFileSync(
      join(folder, 'folds.yaml'),
      SPEC.replace('validation: 0.25, test: test.csv', 'folds: 3, test: test.csv'),
    );
    const fold = focalsweep('train', 'folds.yaml', ...SETTINGS, '--seed', '4');
    expect([fold.status, fold.stderr]).toEqual([2, expect.stringMatching(/there is no fold 4/)]);
    const { status, stderr } = focalsweep('train', 'folds.yaml', ...SETTINGS, '--all-rows');
    expect([status, stderr]).toEqual([0, expect.stringContaining('3 trained')]);
  });
});

it.skipIf(process.platform === 'win32')('a signal ends it cleanly, and keeps nothing', async () => {
  writeFileSync(join(folder, 'long.yaml'), SPEC.replace('epochs: 6', 'epochs: 1000000'));
  const { child, ended, said, stderr } = start(folder, process.execPath, [
    MAIN,
    'train',
    'long.yaml',
    ...SETTINGS,
    '--out',
    'never.safetensors',
  ]);
  await said(/Epoch 3 Results/);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(stderr()).toContain('Stopped by SIGINT. Nothing is kept');
  expect(existsSync(join(folder, 'never.safetensors'))).toBe(false);
});

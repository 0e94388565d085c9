// `focalsweep export` of models as people call it: these tests run what `npm test` has built.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeModel } from '../../src/model/file/model-file.js';
import { runOnnx } from '../export/onnx-session.js';
import { tableFile } from '../predict/table.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-export-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function focalsweep(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args, '--db', 'm.db'], { cwd: folder, encoding: 'utf8' });
}

function exported(source: string, to: string, out: string, ...more: readonly string[]): string {
  const { status, stderr } = focalsweep('export', source, '--to', to, '--out', out, ...more);
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  return stderr;
}

const written = (name: string) => readFileSync(join(folder, name));

const SPEC = `
name: flows
spaces:
  - {name: network, parameters: {gamma: {values: [0, 2]}}, model: {hidden: [8]}}
  - {name: trees, model: {type: trees, max_leaves: 4}}
seeds: 3
keep: all
data: {source: rows.csv, label: family, split: {test: test.csv}}
train: {epochs: 4, patience: 0, learning_rate: 0.05}
`;

beforeAll(() => {
  writeFileSync(join(folder, 'rows.csv'), tableFile(500));
  writeFileSync(join(folder, 'test.csv'), tableFile(200));
  writeFileSync(join(folder, 'flows.yaml'), SPEC);
  expect(focalsweep('launch', 'flows.yaml').status).toBe(0);
});

/** A run of a space. */
function runOf(space: string): { readonly run: string; readonly trial: string } {
  const { stdout } = focalsweep(
    'query',
    'flows',
    '--where',
    `space = '${space}'`,
    '--columns',
    'run,trial',
    '--format',
    'json',
  );
  return JSON.parse(stdout)[0];
}

describe('a model as a file', () => {
  it('predicts as what it was exported from, and is exported again without the database', () => {
    expect(exported('best', 'safetensors', 'best.safetensors')).toContain('Model of 3 seeds written');
    const { stdout } = focalsweep('predict', 'best', 'test.csv', '--probabilities');
    expect(focalsweep('predict', 'best.safetensors', 'test.csv', '--probabilities').stdout).toBe(stdout);
    exported('best', 'onnx', 'best.onnx');
    exported('best.safetensors', 'onnx', 'again.onnx');
    expect(written('again.onnx').equals(written('best.onnx'))).toBe(true);
    expect(written('again.onnx.md').toString()).not.toContain('## Spec');
  });

  it.each(['network', 'trees'])('has every number as JSON: %s', (space) => {
    const { trial } = runOf(space);
    exported(trial, 'json', `${space}.json`);
    exported(trial, 'safetensors', `${space}.safetensors`);
    const { members, ...model } = decodeModel(written(`${space}.safetensors`));
    const {
      format,
      version,
      focalsweep: _,
      members: read,
      ...json
    } = JSON.parse(written(`${space}.json`).toString());
    expect([format, version]).toEqual(['focalsweep model', 1]);
    expect(json).toEqual(model);
    expect(read.map(flatWeights)).toEqual(
      members.map(({ preparation: { columns }, ...member }) => plain({ ...member, columns })),
    );
  });

  it('is that of one seed for a run, and of trees for trees', async () => {
    const { run, trial } = runOf('trees');
    expect(exported(run, 'onnx', 'run.onnx')).toContain('Model of 1 seed written');
    expect(exported(trial, 'onnx', 'trees.onnx')).toContain('Model of 3 seeds written');
    const row = { bytes: 120, duration: null, kind: 'never seen', flag: 1 };
    const { labels, probabilities } = await runOnnx(written('trees.onnx'), [row]);
    expect(['web', 'mail', 'dns, tcp']).toContain(labels[0]);
    expect(probabilities[0]?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
  });
});

/** A value as JSON has it, infinite numbers as texts. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, plain(own)]));
}

/** A member with the weights of its layers in one row. */
function flatWeights<
  Member extends { readonly predictor: { readonly layers?: readonly { readonly weight: number[][] }[] } },
>(member: Member): object {
  const { predictor } = member;
  if (predictor.layers === undefined) return member;
  const layers = predictor.layers.map((layer) => ({ ...layer, weight: layer.weight.flat() }));
  return { ...member, predictor: { ...predictor, layers } };
}

describe('the card of a model', () => {
  it('has data, metrics with intervals, configuration and spec', () => {
    exported('best', 'onnx', 'card.onnx');
    const card = written('card.onnx.md').toString();
    expect(card).toContain('An ensemble of 3 seeds (1–3)');
    expect(card).toMatch(
      /\| macro\\_f1 \| 0\.\d{3} \| 0\.\d{3}–[01]\.\d{3} \| 0\.\d{3} \| 0\.\d{3}–[01]\.\d{3} \|/,
    );
    expect(card).toMatch(/\| accuracy \| 0\.\d{3} \| – \| – \| – \| 0\.\d{3} \| 0\.\d{3}–[01]\.\d{3} \|/);
    expect(card).toMatch(/Rank 1 of 4 configurations of sweep flows by macro\\_f1/);
    expect(card).toMatch(/rows\.csv.*: 700 rows/);
    expect(card.split('```yaml')[1]?.trim()).toBe(`${SPEC.trim()}\n\`\`\``);
  });
});

describe('what is in the way', () => {
  it('is kept, and replaced with --force', () => {
    writeFileSync(join(folder, 'kept.onnx.md'), 'mine');
    const refused = focalsweep('export', 'best', '--to', 'onnx', '--out', 'kept.onnx');
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringContaining('kept.onnx.md exists already'),
    ]);
    expect(existsSync(join(folder, 'kept.onnx'))).toBe(false);
    exported('best', 'onnx', 'kept.onnx', '--force');
    expect(written('kept.onnx.md').toString()).toContain('Model card');
    expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it.each([
    [['best', '--to', 'onnx', '--runs', '--out', 'x'], 'runs cannot be written as onnx'],
    [['--to', 'onnx', '--out', 'x'], 'which model is to be exported?'],
    [['best', '--out', 'x'], 'Name it: --to onnx, tfjs, safetensors or json.'],
    [['--out', 'x'], 'what is to be exported?'],
    [['flows#overall', '--to', 'csv'], 'csv is a format of runs, not of a model'],
    [
      ['flows#overall', '--to', 'csv'],
      'focalsweep export flows --runs --to csv --out tables --db m.db. A model',
    ],
    [['flows', '--to', 'parquet', '--out', 'x'], 'export flows --runs --to parquet --out x --db m.db'],
    [['best', '--to', 'optuna', '--out', 'x'], 'focalsweep export --runs --to optuna --out x --db m.db'],
    [['best', '--to', 'tfjs'], 'Add --out, for example --out model-tfjs'],
    [['best', '--to', 'json', '--predictions', '--out', 'x'], 'json has no place for predictions'],
    [['nothing', '--to', 'onnx', '--out', 'x'], 'there is no run or trial whose id starts with "nothing"'],
  ])('%j is refused', (args, words) => {
    const { status, stderr } = focalsweep('export', ...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });

  it('are trees for TensorFlow.js', () => {
    const { status, stderr } = focalsweep(
      'export',
      runOf('trees').trial,
      '--to',
      'tfjs',
      '--out',
      'trees-tfjs',
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining('TensorFlow.js has no boosted trees')]);
    expect(existsSync(join(folder, 'trees-tfjs'))).toBe(false);
  });
});

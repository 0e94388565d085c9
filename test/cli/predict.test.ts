// `focalsweep predict` as people call it: these tests run what `npm test` has built.
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parquetRows } from '../../src/data/files/row-parquet.js';
import { decodeModel, encodeModel } from '../../src/model/file/model-file.js';
import type { Model } from '../../src/model/model.js';
import { openStore } from '../../src/store/open-store.js';
import { tableFile } from '../predict/table.js';
import { changeRaw } from '../store/raw-changes.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-predict-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function focalsweep(args: readonly string[], input?: string | Uint8Array): SpawnSyncReturns<string> {
  const options = { cwd: folder, encoding: 'utf8', input: input ?? '' } as const;
  return spawnSync(process.execPath, [main, ...args], options);
}

const predict = (...args: readonly string[]) => focalsweep(['predict', ...args, '--db', 'p.db']);
const file = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);

const SPEC = `
name: flows
parameters: {gamma: {values: [0, 2]}}
seeds: 3
data: {source: rows.csv, label: family, split: {test: test.csv}}
model: {hidden: [8]}
train: {epochs: 4, patience: 0, learning_rate: 0.01}
`;
const NEW = `kind,flag,family,bytes,extra,duration
tcp,1,?,120,x,3.5
never seen,0,?,,y,NA
"Größe",2,?,99000,z,-4
`;

beforeAll(() => {
  file('rows.csv', tableFile(500));
  file('test.csv', tableFile(200));
  file('flows.yaml', SPEC);
  file('new.csv', NEW);
  expect(focalsweep(['launch', 'flows.yaml', '--db', 'p.db']).status).toBe(0);
});

/** Cells of a CSV text without quotes. */
const cells = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(','));

describe('predictions of new rows', () => {
  it('are a class and its probability, in the order of the rows, whatever the order of the columns', () => {
    const { status, stdout, stderr } = predict('best', 'new.csv');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^prediction,probability\n(.+,0\.\d+\n){3}$/);
    expect(stderr).toContain('Categories that no training row had count as unknown, in rows of kind (1).');
    const swapped = NEW.replaceAll(/^([^,]*),([^,]*),(.*)$/gm, '$2,$1,$3');
    file('swapped.csv', swapped);
    expect(predict('best', 'swapped.csv').stdout).toBe(stdout);
  });

  it('are the same from gzip, Parquet, stdin and a pipe, and by every name of the configuration', async () => {
    const { stdout } = predict('best', 'new.csv');
    const piped = (input: string | Uint8Array) =>
      focalsweep(['predict', 'flows#1', '-', '--db', 'p.db'], input);
    expect(piped(NEW).stdout).toBe(stdout);
    expect(piped(gzipSync(NEW)).stdout).toBe(stdout);
    file('new.csv.gz', gzipSync(NEW));
    expect(predict('#1', 'new.csv.gz', '--sweep', 'flows').stdout).toBe(stdout);
    const descriptor = openSync(join(folder, 'new.parquet'), 'w');
    const rows = parquetRows(descriptor, [
      { name: 'duration', type: 'real' },
      { name: 'kind', type: 'text' },
      { name: 'bytes', type: 'whole' },
      { name: 'flag', type: 'text' },
    ]);
    await rows.write([
      [3.5, 'tcp', 120, '1'],
      [null, 'never seen', null, '0'],
    ]);
    await rows.write([[-4, 'Größe', 99_000, '2']]);
    await rows.finish();
    closeSync(descriptor);
    expect(predict('best', 'new.parquet').stdout).toBe(stdout);
  });

  it('and models go to a device as it is, which no file takes the place of', () => {
    const link = join(folder, 'nowhere');
    symlinkSync('/dev/null', link);
    const isThere = () => lstatSync(link).isSymbolicLink();
    expect([predict('best', 'new.csv', '--out', link).status, isThere()]).toEqual([0, true]);
    const out = (...args: string[]) =>
      focalsweep(['export', ...args, '--out', link, '--force', '--db', 'p.db']);
    expect([out('best', '--to', 'json').status, isThere()]).toEqual([0, true]);
    const { status, stderr } = out('--runs', '--to', 'optuna');
    expect([status, isThere()]).toEqual([2, true]);
    expect(stderr).toContain('a database cannot be written to a device');
  });

  it('of several seeds are the mean of their probabilities', async () => {
    const reader = await openStore(join(folder, 'p.db')).reader();
    const { rows } = await reader.sql('SELECT trial FROM leaderboard WHERE rank = 1', 20_000);
    const runs = (await reader.runs('flows')).filter(({ trialId }) => trialId === rows[0]?.[0]);
    await reader.close();
    expect(runs).toHaveLength(3);
    const shares = (model: string) =>
      cells(predict(model, 'test.csv', '--probabilities').stdout)
        .slice(1)
        .map((row) => row.slice(-3).map(Number));
    const own = runs.map(({ runId }) => shares(runId.slice(0, 8)));
    const mean = own[0]?.map((row, at) =>
      row.map((_, cls) => own.reduce((sum, all) => sum + (all[at]?.[cls] ?? Number.NaN), 0) / own.length),
    );
    const all = shares('best');
    expect(all).toHaveLength(200);
    all.forEach((row, at) => {
      row.forEach((share, cls) => {
        expect(share).toBeCloseTo(mean?.[at]?.[cls] ?? Number.NaN, 6);
      });
    });
  });
});

/** The models of a sweep's runs, and their ids. */
async function models(
  sweep = 'flows',
): Promise<readonly { readonly runId: string; readonly model: Model }[]> {
  const reader = await openStore(join(folder, 'p.db')).reader();
  const known = [];
  for (const { runId } of await reader.runs(sweep)) {
    const bytes = await reader.model(runId);
    if (bytes !== null) known.push({ runId, model: decodeModel(bytes) });
  }
  await reader.close();
  return known;
}

describe('the output', () => {
  it('has the probability of every class as CSV, NDJSON and Parquet', async () => {
    const csv = cells(predict('best', 'new.csv', '--probabilities').stdout.replaceAll('"dns, tcp"', 'dns'));
    const lines = predict('best', 'new.csv', '--probabilities', '--format', 'ndjson')
      .stdout.trim()
      .split('\n');
    const out = ['--format', 'parquet', '--out', 'all.parquet'];
    expect(predict('best', 'new.csv', '--probabilities', ...out).stderr).toContain(
      '3 rows written to all.parquet',
    );
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(join(folder, 'all.parquet')) });
    expect(rows).toHaveLength(3);
    lines.forEach((line, at) => {
      const { prediction, probability, probabilities } = JSON.parse(line);
      const [, ...numbers] = csv[at + 1] ?? [];
      expect(numbers.map(Number)).toEqual([probability, ...Object.values(probabilities)]);
      expect(rows[at]?.prediction).toBe(prediction);
      expect(rows[at]?.probability).toBeCloseTo(probability, 6);
      expect(rows[at]?.['probability_dns, tcp']).toBeCloseTo(probabilities['dns, tcp'], 6);
      expect(probability).toBe(Math.max(...(Object.values(probabilities) as number[])));
    });
  });

  it('says which file a row is of, where there are several', () => {
    const { stdout } = predict('best', 'new.csv', 'test.csv');
    const files = cells(stdout).map(([first]) => first);
    expect(files).toEqual(['file', ...Array(3).fill('new.csv'), ...Array(200).fill('test.csv')]);
  });

  it('is a whole file or none', () => {
    file('out.csv', 'before');
    file('bad.csv', `${NEW}tcp,1,?,many,x,3\n`);
    for (const format of ['csv', 'ndjson', 'parquet']) {
      const { status, stderr } = predict('best', 'bad.csv', '--format', format, '--out', 'out.csv');
      expect([status, stderr.split('\n')[0]]).toEqual([
        2,
        'error: bad.csv:5, column "bytes": "many" is not a number, and the column had only numbers in training',
      ]);
    }
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe('before');
    expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
    expect(predict('best', 'new.csv', '--out', 'out.csv').stdout).toBe('');
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe(predict('best', 'new.csv').stdout);
  });
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s in the middle of a file leaves what was there, and nothing else',
  async (signal) => {
    file('out.csv', 'before');
    const args = ['predict', 'best', '-', '--db', 'p.db', '--out', 'out.csv'];
    const child = spawn(process.execPath, [main, ...args], { cwd: folder });
    const unfinished = () => readdirSync(folder).filter((name) => name.includes('unfinished'));
    child.stdin.write(NEW);
    while (unfinished().length === 0) await delay(10);
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([null, signal]);
    expect(unfinished()).toEqual([]);
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe('before');
  },
);

it('seeds without a result are said to be left out', async () => {
  const own = (...args: readonly string[]) => focalsweep([...args, '--db', 'seeds.db']);
  expect(own('launch', 'flows.yaml').status).toBe(0);
  expect(own('predict', 'best', 'new.csv').stderr).not.toContain('have finished');
  const reader = await openStore(join(folder, 'seeds.db')).reader();
  const [first] = await reader.runs('flows');
  await reader.close();
  const { runId = '', trialId = '' } = first ?? {};
  changeRaw(join(folder, 'seeds.db'), `UPDATE results SET chosen_epoch = 77 WHERE run_id = '${runId}'`);
  expect(own('check').stderr).toContain('focalsweep check --repair --db seeds.db\n');
  expect(own('check', '--repair').stdout).toContain('1 problem');
  const { status, stderr } = own('predict', trialId, 'new.csv');
  expect([status, stderr]).toEqual([
    0,
    expect.stringContaining(
      'note: 2 of 3 seeds of this configuration have finished; the others are left out.',
    ),
  ]);
});

describe('a model', () => {
  it('is also a file of the same name of rows, checked before it predicts', async () => {
    const [first] = await models();
    file('one.safetensors', encodeModel((first as { model: Model }).model));
    expect(predict('one.safetensors', 'new.csv').stdout).toBe(predict(first?.runId ?? '', 'new.csv').stdout);
    const bytes = readFileSync(join(folder, 'one.safetensors'));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 5) ^ 1, bytes.length - 5);
    file('flipped.safetensors', bytes);
    const { status, stderr } = predict('flipped.safetensors', 'new.csv');
    expect([status, stderr]).toEqual([
      2,
      'error: flipped.safetensors: this is no whole model file: its checksum does not match\n  fix: Copy the file again, or export the model again.\n',
    ]);
  });

  it('of another engine is computed by WebAssembly, and that is said', async () => {
    const [first] = await models();
    const { model } = first as { model: Model };
    const members = model.members.map((member) => ({ ...member, trainerId: 'native/gone@1' }));
    file('gone.safetensors', encodeModel({ ...model, members }));
    const { stdout, stderr } = predict('gone.safetensors', 'new.csv');
    expect(stderr).toContain('The model was trained by native/gone@1; here native/wasm@3 computes it');
    const own = cells(predict(first?.runId ?? '', 'new.csv').stdout).map(([cls]) => cls);
    expect(cells(stdout).map(([cls]) => cls)).toEqual(own);
  });

  it('whose weights were not kept is trained once more, to the same weights, when it is asked for', async () => {
    const before = predict('best', 'new.csv').stdout;
    const kept = await models();
    changeRaw(join(folder, 'p.db'), 'DELETE FROM models');
    const { status, stderr } = predict('best', 'new.csv');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /error: sweep flows: the weights of 3 runs of 3 were not kept\n {2}fix: Add --train/,
    );
    const again = predict('best', 'new.csv', '--train');
    expect([again.status, again.stdout]).toEqual([0, before]);
    expect(predict('best', 'new.csv').stdout).toBe(before);
    const trained = await models();
    expect(trained).toHaveLength(3);
    for (const own of trained) expect(kept).toContainEqual(own);
  });
});

describe('labels', () => {
  it('score the predictions at once: on stderr, or on stdout beside a file', () => {
    const { stdout, stderr } = predict('best', 'test.csv', '--labels', 'family');
    expect(stdout).toMatch(/^prediction,probability\n/);
    expect(stderr).toMatch(/^Scores of 200 rows\nmetric +value\nmacro_f1 +0\.\d+\n/m);
    const written = predict('best', 'test.csv', '--labels', 'family', '--out', 'scored.csv');
    expect(written.stdout).toMatch(/^Scores of 200 rows\n/);
  });

  it('of rows that trained the model come with a warning, whatever the path to them', () => {
    const warning =
      /to the table of "flows": \d+ rows of it trained this model and \d+ chose it, so these scores are too good/;
    for (const path of ['rows.csv', join(folder, 'rows.csv')]) {
      expect(predict('best', path, '--labels', 'family', '--out', 'seen.csv').stdout).toMatch(warning);
      expect(predict('best', path).stderr).not.toMatch(warning);
    }
    const unseen = predict('best', 'test.csv', '--labels', 'family', '--out', 'unseen.csv');
    expect(unseen.stdout).not.toMatch(/trained this model/);
  });

  it('of rows that only some seeds trained on are counted for none of them', () => {
    const split = 'split: {test: test.csv, reshuffle: true}';
    file('splits.yaml', SPEC.replace('name: flows', 'name: splits').replace(/split: .*\}\}/, `${split}}`));
    expect(focalsweep(['launch', 'splits.yaml', '--db', 'splits.db']).status).toBe(0);
    const scored = focalsweep([
      'predict',
      'splits#1',
      'rows.csv',
      '--labels',
      'family',
      '--out',
      'seen.csv',
      '--db',
      'splits.db',
    ]);
    expect(scored.stdout).toContain(
      'to the table of "splits": each seed trained on some of its rows and chose by others, so these scores',
    );
  });

  it.each([
    ['family', 'new.csv', /new\.csv:2, column "family": "\?" is no class of the model/],
    ['famly', 'test.csv', /test\.csv:1: the file has no column "famly"\. Did you mean "family"\?/],
    ['bytes', 'test.csv', /--labels: "bytes" is a column that the model predicts from/],
  ])('%s of %s are refused', (labels, rows, message) => {
    const { status, stderr } = predict('best', rows, '--labels', labels);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
    // Columns of features are all there.
    expect(stderr).not.toMatch(/every column that it was trained on/);
  });
});

it.each<[string, string, RegExp]>([
  [
    'without a column',
    NEW.replace('bytes', 'bites'),
    /stdin:1: the file has no column "bytes"\. Did you mean "bites"\?/,
  ],
  ['with a column twice', NEW.replace('extra', 'bytes'), /stdin:1: two columns are called "bytes"/],
  [
    'with a text among numbers',
    NEW.replace('99000', 'lots'),
    /stdin:4, column "bytes": "lots" is not a number/,
  ],
  [
    'with a number beyond float32',
    NEW.replace('99000', '1e39'),
    /stdin:4, column "bytes": "1e39" is infinite or beyond/,
  ],
  ['with a line that is too short', `${NEW}tcp,1\n`, /stdin:5: 2 fields where there should be 6/],
  ['with an open quote', `${NEW}"tcp,1,?,1,x,3`, /stdin:/],
  [
    'without rows',
    NEW.split('\n')[0] ?? '',
    /stdin: the file has a header but no rows\n {2}fix: Give a file that has rows/,
  ],
  ['that is empty', '', /stdin: the file is empty/],
  ['that is Parquet', 'PAR1 and so on', /stdin: a Parquet file cannot be read from a pipe/],
  ['that is no text', 'a\u0000b\n', /stdin:1: a NUL byte/],
])('a file %s is refused by name and row', (_what, text, message) => {
  const { status, stderr } = focalsweep(['predict', 'best', '-', '--db', 'p.db'], text);
  expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  expect(stderr).toMatch(/\n {2}fix: /);
});

/** Says on stderr how much memory the process had at most, in KiB. */
const SAYS_MEMORY = [
  '--import',
  "data:text/javascript,process.on('exit', () => console.error('memory', process.resourceUsage().maxRSS))",
];

it('streams a million rows in bounded memory', async () => {
  const rows = 1_000_000;
  const args = [...SAYS_MEMORY, main, 'predict', 'best', '-', '--db', 'p.db', '--format', 'ndjson'];
  const child = spawn(process.execPath, args, { cwd: folder });
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdin.write('kind,flag,family,bytes,extra,duration\n');
  const block = NEW.split('\n').slice(1, 3).join('\n').concat('\n').repeat(500);
  for (let left = rows; left > 0; left -= 1000) {
    if (!child.stdin.write(block)) await once(child.stdin, 'drain');
  }
  child.stdin.end();
  const [status] = await once(child, 'close');
  expect([status, lines]).toEqual([0, rows]);
  expect(Number(/memory (\d+)/.exec(said)?.[1])).toBeLessThan(300 * 1024);
}, 120_000);

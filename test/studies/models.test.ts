// The study of models on a small table, without Python: its pieces must fit together, whatever the figures are.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { foldsOf } from '../../studies/models/folds.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PEERS = [
  'lightgbm-equal',
  'lightgbm-balanced',
  'lightgbm-tuned',
  'histogram-boosting',
  'random-forest',
  'scikit-mlp',
];

interface Program {
  readonly cpuSeconds: number;
  readonly macro_f1: { readonly seeds: readonly number[] };
  readonly log_loss: { readonly seeds: readonly number[] };
}
interface Fold {
  readonly rowCount: number;
  readonly classes: number;
  readonly configurations: number;
  readonly programs: Readonly<Record<string, Program>>;
  readonly pairs: { readonly macroF1: readonly number[]; readonly shared: { readonly rounds: number } };
}

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-models-'));
const FOLDS = ['fold-1', 'fold-2'].map((fold) => join(folder, 'short', fold));

function runStudy(...args: readonly string[]) {
  return spawnSync(process.execPath, ['studies/models.mjs', '--folder', folder, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
}

function runShort(...args: readonly string[]): { readonly printed: string; readonly folds: readonly Fold[] } {
  const json = join(folder, 'figures.json');
  const { status, stdout, stderr } = runStudy('--short', '--json', json, ...args);
  if (status !== 0) throw new Error(stderr);
  const [{ folds }] = JSON.parse(readFileSync(json, 'utf8')) as readonly [{ folds: readonly Fold[] }];
  return { printed: stdout, folds };
}

/** An array of whole numbers as NumPy reads it: a header of which byte 8 tells the length, then the values. */
function wholeNumbers(fold: string, name: string): Int32Array {
  const bytes = readFileSync(join(fold, `${name}.npy`));
  const start = 10 + bytes.readUInt16LE(8);
  expect(bytes.toString('latin1', 0, 8)).toBe('\x93NUMPY\x01\x00');
  expect(bytes.toString('latin1', 10, start)).toContain("'descr': '<i4', 'fortran_order': False");
  expect(start % 64).toBe(0);
  return new Int32Array(new Uint8Array(bytes.subarray(start)).buffer);
}

/** What peers.py writes of a program that gives every test row's class the probability `certainty`. */
function writePeer(fold: string, name: string, certainty: number): void {
  const labels = wholeNumbers(fold, 'y');
  const test = wholeNumbers(fold, 'test');
  const classes = new Set(labels).size;
  const values = new Float32Array(test.length * classes).fill((1 - certainty) / (classes - 1));
  test.forEach((row, at) => {
    values[at * classes + (labels[row] as number)] = certainty;
  });
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${test.length}, ${classes}), }`.padEnd(
    117,
  );
  const head = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, 'latin1');
  writeFileSync(join(fold, `${name}-1.npy`), Buffer.concat([head, new Uint8Array(values.buffer)]));
  writeFileSync(join(fold, `${name}.json`), JSON.stringify({ seeds: [1], cpu_seconds: 2.5 }));
}

let first: ReturnType<typeof runShort>;
beforeAll(() => {
  first = runShort();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('gives other programs the rows, classes and splits of the sweep', () => {
  FOLDS.forEach((fold, at) => {
    const splits = ['train', 'validation', 'test'].map((name) => wholeNumbers(fold, name));
    const all = splits.flatMap((split) => [...split]).toSorted((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: first.folds[at]?.rowCount ?? 0 }, (_, row) => row));
    expect(new Set(wholeNumbers(fold, 'y')).size).toBe(first.folds[at]?.classes);
  });
});

it('scores what the sweeps choose, and the trees of equal settings', () => {
  expect(first.folds).toHaveLength(2);
  for (const { programs, configurations } of first.folds) {
    expect(configurations).toBe(10);
    expect(Object.keys(programs)).toEqual(['overall', 'rare', 'decided', 'equal']);
    expect(Object.values(programs).map(({ macro_f1 }) => macro_f1.seeds.length)).toEqual([3, 3, 3, 1]);
    for (const { macro_f1, cpuSeconds } of Object.values(programs)) {
      expect(Math.min(...macro_f1.seeds)).toBeGreaterThan(0);
      expect(Math.max(...macro_f1.seeds)).toBeLessThanOrEqual(1);
      expect(cpuSeconds).toBeGreaterThan(0);
    }
  }
});

it('pairs shared trees with trees of a class', () => {
  for (const { pairs } of first.folds) {
    expect(pairs.macroF1).toHaveLength(4);
    expect(pairs.macroF1.some((difference) => difference !== 0)).toBe(true);
    expect(pairs.shared.rounds).toBeGreaterThan(0);
  }
  expect(first.printed).toContain('Shared trees less trees of a class');
  expect(first.printed).toMatch(/\| short \| .* \| \d of 8 \|/);
});

it('scores the probabilities of other programs, and says how far they are apart, as means of the folds', () => {
  for (const fold of FOLDS) for (const name of PEERS) writePeer(fold, name, 0.9);
  const { printed, folds } = runShort('--python', 'no-such-python');
  for (const { programs } of folds) {
    expect(Object.keys(programs)).toEqual(['overall', 'rare', 'decided', 'equal', ...PEERS]);
    const { macro_f1, log_loss, cpuSeconds } = programs['random-forest'] as Program;
    expect(macro_f1.seeds).toEqual([1]);
    expect(log_loss.seeds[0]).toBeCloseTo(-Math.log(0.9), 6);
    expect(cpuSeconds).toBe(2.5);
  }
  const own = folds.flatMap(({ programs }) => programs.overall?.macro_f1.seeds ?? []);
  const behind = 1 - own.reduce((sum, value) => sum + value, 0) / own.length;
  expect(printed).toContain(`−${behind.toFixed(3)} ±`);
  expect(printed).not.toMatch(/undefined|NaN/);
});

it('makes every row a test row of one fold and a validation row of another, class by class', () => {
  const rows = Array.from({ length: 80 }, (_, row) => `${row},${row % 8 === 0 ? 'rare' : 'often'}`);
  writeFileSync(join(folder, 'table.csv'), ['x,class', ...rows.slice(0, 50)].join('\n'));
  writeFileSync(join(folder, 'held.csv'), `${['x,class', ...rows.slice(50)].join('\r\n')}\r\n`);
  const split = { test: join(folder, 'held.csv') };
  const data = { source: join(folder, 'table.csv'), label: 'class', split };
  const folds = foldsOf({ name: 'folds', data }, folder).map(({ source, split: drawn }) => {
    expect(drawn).toEqual({ column: 'part' });
    const [header, ...lines] = readFileSync(String(source), 'utf8').trimEnd().split('\n');
    expect(header).toBe('x,class,part');
    expect(lines.map((line) => line.replace(/,[a-z]+$/, ''))).toEqual(rows);
    return lines.map((line) => line.split(',').at(-1));
  });
  for (const row of rows.keys()) {
    const parts = folds.map((fold) => fold[row]);
    expect(parts.toSorted()).toEqual(['test', 'train', 'train', 'train', 'validation']);
  }
  for (const fold of folds) {
    const tested = [...fold.keys()].filter((row) => fold[row] === 'test');
    expect([tested.length, tested.filter((row) => row % 8 === 0).length]).toEqual([16, 2]);
  }
});

it('trains nothing and says the same in a folder that it has used', () => {
  expect(runShort()).toEqual(first);
});

it('leaves a table out that is not there, and says where to get it', () => {
  const { status, stdout, stderr } = runStudy('--only', 'hypothyroid', '--data', join(folder, 'nothing'));
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /^hypothyroid is left out: there is no .*hypothyroid\.csv; get it from .*archive\.ics\.uci\.edu/,
  );
  expect(stdout).toBe('No table is there.\n');
});

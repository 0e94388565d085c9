// From a table to predictions of new rows by nothing but the commands that the README shows, on real tables.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/bundle/main.js', import.meta.url));
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-walk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In the README a table is flows.csv with the label `family`, its spec flows.yaml, and its sweep flows. */
const STEPS = [
  'focalsweep init flows.csv',
  'focalsweep launch flows.yaml',
  'focalsweep report --format html',
  'focalsweep export flows#1 --to onnx --out model.onnx',
  'focalsweep predict flows#1 flows.csv --labels family > predictions.csv',
] as const;

interface WalkedTable {
  readonly name: string;
  readonly file: string;
  readonly as: string;
  readonly label: string;
  /** The class of a line; `init` leaves classes of fewer than 3 rows out. */
  readonly classOf: (line: string) => string;
}
const TABLES: readonly WalkedTable[] = [
  {
    ...{ name: 'page-blocks', file: 'page.blocks.csv', as: 'page-blocks.csv', label: 'class' },
    classOf: (line) => line.split(',').at(-1) ?? '',
  },
  {
    // Without a line of names, and compressed, as it is published.
    ...{ name: 'nsl-kdd', file: 'KDDTrain+_20Percent.txt.gz', as: 'nsl-kdd.txt.gz', label: 'column_42' },
    classOf: (line) => line.split(',').at(-2) ?? '',
  },
];

it.each(STEPS)('the README shows `%s`', (step) => {
  expect(README).toContain(step);
});

describe.each(TABLES)('$name', ({ name, file, as, label, classOf }) => {
  const source = join(DATA, name, file);
  const place = join(folder, name);
  const [init, launch, report, exportModel, predict] = STEPS;

  function walk(step: string): SpawnSyncReturns<string> {
    const line = step
      .replace(/^focalsweep/, `"${process.execPath}" "${MAIN}"`)
      .replaceAll('flows.csv', as)
      .replace('flows.yaml', `${name}.yaml`)
      .replace('flows#1', `${name}#1`)
      .replace('family', label);
    return spawnSync(line, { cwd: place, shell: true, encoding: 'utf8' });
  }

  it.skipIf(!existsSync(source))(`goes from a table to predictions (skipped without ${source})`, () => {
    mkdirSync(place);
    copyFileSync(source, join(place, as));
    for (const step of [init, launch, report, exportModel]) {
      const { status, stderr } = walk(step);
      expect(status, `${step}: ${stderr}`).toBe(0);
    }
    expect(readFileSync(join(place, 'results', `${name}.html`), 'utf8')).toContain(name);
    expect(existsSync(join(place, 'model.onnx'))).toBe(true);
    const bytes = readFileSync(source);
    const isCompressed = as.endsWith('.gz');
    const written = (isCompressed ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd().split('\n');
    const header = isCompressed ? [] : written.splice(0, 1);
    const support = new Map<string, number>();
    for (const line of written) support.set(classOf(line), (support.get(classOf(line)) ?? 0) + 1);
    const known = written.filter((line) => (support.get(classOf(line)) ?? 0) >= 3);
    // Scores of other classes are refused, with what to do about it: score only rows of these.
    const isRefused = /is no class of the model\.\n {2}fix: Score only rows of its classes/.test(
      walk(predict).stderr,
    );
    expect(isRefused).toBe(known.length < written.length);
    const text = `${[...header, ...known].join('\n')}\n`;
    writeFileSync(join(place, as), isCompressed ? gzipSync(text) : text);
    const predicted = walk(predict);
    expect(predicted.status, predicted.stderr).toBe(0);
    const lines = readFileSync(join(place, 'predictions.csv'), 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('prediction,probability');
    expect(lines).toHaveLength(known.length + 1);
    // Most rows are training rows: a model that predicts other rows than it was given would hardly get one right.
    const accuracy = Number(/^accuracy +(0\.\d+)/m.exec(`${predicted.stderr}\n${predicted.stdout}`)?.[1]);
    expect(accuracy).toBeGreaterThan(0.95);
  });
});
